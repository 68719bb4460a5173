import { describe, expect, test } from 'vitest';
import { issueAuthority, issueServing } from './authority.ts';
import { bundleOf, decodeState, encodeState, type TlsState } from './state.ts';

const NOW = Date.parse('2026-09-01T00:00:00Z');
const [issuing, next, old] = [issueAuthority(NOW), issueAuthority(NOW), issueAuthority(NOW)];
const serving = issueServing(issuing, ['a.svc'], NOW);
const plain: TlsState = { issuing, next: undefined, retired: [], serving };
const rotating: TlsState = { issuing, next, retired: [old.cert], serving };

/** As a merge patch leaves it. */
function stored(state: TlsState): Record<string, string> {
  const entries = Object.entries(encodeState(state)).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(entries);
}

describe('what is stored', () => {
  test.each([
    ['at rest', plain],
    ['in the middle of a rotation', rotating],
  ])('is read back as it was: %s', (_, state) => {
    const { state: read, problems } = decodeState(stored(state));
    expect(problems).toEqual([]);
    expect({ next: undefined, ...read }).toEqual(state);
  });

  test('loses what is over', () => {
    expect(encodeState(plain)).toMatchObject({ 'next-ca.crt': null, 'next-ca.key': null, 'retired-ca.crt': null });
  });

  test('that is empty is missing, and not wrong in any other way', () => {
    expect(decodeState({})).toEqual({ state: { retired: [] }, problems: ['ca.crt is missing', 'tls.crt is missing'] });
  });

  test('in part is read as far as it can be, and the rest is named', () => {
    const broken = { ...stored(rotating), 'next-ca.key': stored(plain)['ca.key'] ?? '' };
    const { state, problems } = decodeState(broken);
    expect(Object.keys(state).sort()).toEqual(['issuing', 'retired', 'serving']);
    expect(problems).toEqual(['next-ca.crt does not belong to its key']);
  });

  test('as half a pair is named by the half that is missing', () => {
    const { 'ca.key': _, ...half } = stored(plain);
    expect(decodeState(half).problems).toEqual(['ca.key is missing']);
  });

  test('among those that sign no more keeps whole certificates of authorities alone', () => {
    const garbage = Buffer.from(
      `${old.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n${serving.cert}`,
    );
    const { state } = decodeState({ ...stored(plain), 'retired-ca.crt': garbage.toString('base64') });
    expect(state.retired).toEqual([old.cert]);
  });
});

test('whoever speaks to the operator trusts all of them, the one that signs first', () => {
  expect(bundleOf(rotating)).toBe(issuing.cert + next.cert + old.cert);
  expect(bundleOf(plain)).toBe(issuing.cert);
});
