/** The life of the certificates on a clock that tests move. Everybody's view is checked: who trusts what, and what is served. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { issueAuthority, issueServing } from './authority.ts';
import { isIssuedBy, readCertificate } from './read-certificate.ts';
import { rotate, type RotationInput } from './rotation.ts';
import { bundleOf, decodeState, encodeState, type TlsState } from './state.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 0, 1);
const NAMES = ['operator.sallyport-system.svc'];

const base = { stored: {}, remembered: undefined, deleted: false, dnsNames: NAMES, now: START };
const first = rotate(base).state;

function next(state: TlsState, now: number, more: Partial<RotationInput> = {}) {
  return rotate({ ...base, stored: state, now, ...more });
}

const certificatesOf = (bundle: string) =>
  bundle.split(/(?<=-----END CERTIFICATE-----\n)/).filter((text) => text !== '');
const isTrusted = (state: TlsState, bundle: string) =>
  certificatesOf(bundle).some((ca) => isIssuedBy(state.serving.cert, ca));

describe('rotation', () => {
  it('begins with one authority and its certificate, and leaves them alone', () => {
    expect(certificatesOf(bundleOf(first))).toEqual([first.issuing.cert]);
    expect(isTrusted(first, bundleOf(first))).toBe(true);
    expect(next(first, START + 59 * DAY)).toEqual({ state: first, done: [] });
  });

  it('replaces the serving certificate after two thirds of its life, by the same authority', () => {
    const { state, done } = next(first, START + 60 * DAY);
    expect(done).toEqual(['a new serving certificate was issued']);
    expect(state.issuing).toEqual(first.issuing);
    expect(bundleOf(state)).toBe(bundleOf(first));
  });

  it('hands over between authorities in three steps, a day apart', () => {
    const due = START + (365 * DAY * 2) / 3;
    const fresh = next(first, due - 10 * DAY).state;
    const announced = next(fresh, due);
    expect(announced.done).toEqual(['the next authority was issued; it signs nothing for a day']);
    expect(announced.state.serving).toEqual(fresh.serving);
    expect(certificatesOf(bundleOf(announced.state))).toHaveLength(2);

    expect(next(announced.state, due + DAY - 1).done).toEqual([]);
    const switched = next(announced.state, due + DAY);
    expect(switched.done).toEqual(['the next authority took over', 'a new serving certificate was issued']);
    expect(isTrusted(switched.state, bundleOf(announced.state))).toBe(true);
    expect(isTrusted(switched.state, bundleOf(fresh))).toBe(false);
    expect(certificatesOf(bundleOf(switched.state))).toHaveLength(2);

    expect(next(switched.state, due + 2 * DAY - 1).done).toEqual([]);
    const done = next(switched.state, due + 2 * DAY);
    expect(done.done).toEqual(['the former authority is trusted no more']);
    expect(bundleOf(done.state)).toBe(switched.state.issuing.cert);
  });

  it('gives every replica a day after a late switch as well', () => {
    const announced = next(next(first, START + 240 * DAY).state, START + 244 * DAY).state;
    const late = next(announced, START + 300 * DAY);
    expect(late.done).toContain('the next authority took over');
    expect(late.state.retired).toHaveLength(1);
  });

  it('does not wait for the day when the authority ends before', () => {
    const end = START + 365 * DAY;
    const announced = next(first, end - 2 * HOUR).state;
    expect(announced.next).toBeDefined();
    expect(next(announced, end - HOUR).done).toContain('the next authority took over');
  });

  it('starts anew when everything has ended', () => {
    const { state, done } = next(first, START + 400 * DAY);
    expect(done).toEqual(['a new authority was issued', 'a new serving certificate was issued']);
    expect(isTrusted(state, bundleOf(state))).toBe(true);
  });

  it('serves the names that are asked for', () => {
    const { state, done } = next(first, START, { dnsNames: ['other.svc'] });
    expect(done).toEqual(['a new serving certificate was issued']);
    expect(readCertificate(state.serving.cert).dnsNames).toEqual(['other.svc']);
  });

  it('begins a hand-over when somebody deletes the Secret, without breaking what runs', () => {
    const { state, done } = rotate({ ...base, remembered: first, deleted: true, now: START + DAY });
    expect(done).toEqual(['the next authority was issued; it signs nothing for a day']);
    expect(state.serving).toEqual(first.serving);
  });

  it.each<[what: string, lost: (keyof TlsState)[], done: string[]]>([
    ['the serving pair', ['serving'], ['a new serving certificate was issued']],
    ['the authority', ['issuing'], ['a new authority was issued', 'a new serving certificate was issued']],
  ])('replaces %s alone when only that is damaged', (_what, lost, done) => {
    const stored = Object.fromEntries(Object.entries(first).filter(([key]) => !lost.includes(key as keyof TlsState)));
    expect(rotate({ ...base, stored }).done).toEqual(done);
    // A process that knows the old one puts it back, and nobody notices.
    expect(rotate({ ...base, stored, remembered: first })).toEqual({ state: first, done: [] });
  });

  it('a serving certificate from another authority is replaced', () => {
    const stored = { ...first, serving: issueServing(issueAuthority(START), NAMES, START) };
    expect(rotate({ ...base, stored }).done).toEqual(['a new serving certificate was issued']);
  });

  it('never serves what those who listened within the last day cannot verify, whenever it gets to run', () => {
    const pauses = fc.array(fc.integer({ min: 1, max: 40 * 24 }), { minLength: 5, maxLength: 25 });
    fc.assert(
      fc.property(pauses, (hours) => {
        let state = first;
        let now = START;
        const published = [{ at: now, bundle: bundleOf(state) }];
        for (const pause of hours) {
          now += pause * HOUR;
          state = next(state, now).state;
          published.push({ at: now, bundle: bundleOf(state) });
          expect(readCertificate(state.serving.cert).notAfter).toBeGreaterThan(now);
          expect(isTrusted(state, bundleOf(state))).toBe(true);
          // Whoever has read anything within the day before, and nothing since.
          const known = published.findLast(({ at }) => at <= now - DAY);
          if (known !== undefined) expect(isTrusted(state, known.bundle)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('the Secret', () => {
  const stored = (state: TlsState) =>
    Object.fromEntries(
      Object.entries(encodeState(state)).filter((entry): entry is [string, string] => entry[1] !== null),
    );

  it('gives back what was put in, in the middle of a rotation as well', () => {
    const handingOver = { ...first, next: issueAuthority(START), retired: [issueAuthority(START).cert] };
    expect(decodeState(stored(handingOver))).toEqual({ state: handingOver, problems: [] });
    const { next: none, ...plain } = first;
    expect(none).toBeUndefined();
    expect(decodeState(stored(first))).toEqual({ state: plain, problems: [] });
  });

  it('takes out what is over', () => {
    expect(encodeState(first)).toMatchObject({ 'next-ca.crt': null, 'next-ca.key': null, 'retired-ca.crt': null });
  });

  it.each([
    ['is empty', {}, ['ca.crt is missing', 'tls.crt is missing']],
    ['holds what cert-manager writes', { 'ca.key': undefined }, ['ca.key is missing']],
    ['has a key of another', { 'tls.key': encodeState(first)['ca.key'] ?? '' }, ['tls.crt does not belong to its key']],
    ['has half a next one', { 'next-ca.crt': encodeState(first)['ca.crt'] ?? '' }, ['next-ca.key is missing']],
    [
      'holds something else',
      { 'ca.crt': 'aGVsbG8=', 'tls.crt': '%%%' },
      ['ca.crt cannot be read', 'tls.crt cannot be read'],
    ],
  ])('that %s says what is wrong', (_what, change, problems) => {
    const data = Object.keys(change).length === 0 ? {} : { ...stored(first), ...change };
    const defined = Object.fromEntries(
      Object.entries(data).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    expect(decodeState(defined).problems).toEqual(problems);
  });

  it('keeps of former authorities whole certificates only', () => {
    const text = `${first.issuing.cert}garbage\n${first.serving.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
    const data = { ...stored(first), 'retired-ca.crt': Buffer.from(text).toString('base64') };
    expect(decodeState(data).state.retired).toEqual([first.issuing.cert]);
  });
});
