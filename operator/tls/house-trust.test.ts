import { describe, expect, it } from 'vitest';
import { issueAuthority } from './authority.ts';
import { decodeTrust, encodeTrust, isHeardOf, trustHouse } from './house-trust.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const NOW = Date.UTC(2026, 10, 21, 12);
const [a, b] = [issueAuthority(NOW).cert, issueAuthority(NOW).cert];
/** In an operator that has been here for long. */
const old = { authorityIssuedAt: NOW - 100 * DAY };

describe('the authorities of the house', () => {
  it('are told of for ten minutes before anything of theirs is served', () => {
    const trust = trustHouse({ ...old, known: [], authorities: [a], now: NOW });
    expect(trust).toEqual([{ ca: a, since: NOW }]);
    expect(isHeardOf(a, trust, NOW + 10 * MINUTE - 1)).toBe(false);
    expect(isHeardOf(a, trust, NOW + 10 * MINUTE)).toBe(true);
    expect(isHeardOf(b, trust, NOW + DAY)).toBe(false);
  });

  it('are heard of at once where the operator is new: nobody has heard anything else', () => {
    const trust = trustHouse({ authorityIssuedAt: NOW, known: [], authorities: [a], now: NOW + MINUTE });
    expect(isHeardOf(a, trust, NOW + MINUTE)).toBe(true);
  });

  it('are left as they are while nothing changes, so that nothing is written', () => {
    const known = [{ ca: a, since: NOW }];
    expect(trustHouse({ ...old, known, authorities: [a], now: NOW + DAY })).toBe(known);
  });

  it('follow each other: the former is trusted for a day more', () => {
    const known = [{ ca: a, since: NOW }];
    const at = NOW + DAY;
    const both = trustHouse({ ...old, known, authorities: [b], now: at });
    expect(both).toEqual([
      { ca: a, since: NOW, gone: at },
      { ca: b, since: at },
    ]);
    expect(trustHouse({ ...old, known: both, authorities: [b], now: at + DAY - 1 })).toBe(both);
    expect(trustHouse({ ...old, known: both, authorities: [b], now: at + DAY })).toEqual([{ ca: b, since: at }]);
  });

  it('that come back within the day were never gone', () => {
    const known = [{ ca: a, since: NOW, gone: NOW + DAY }];
    expect(trustHouse({ ...old, known, authorities: [a], now: NOW + DAY + MINUTE })).toEqual([{ ca: a, since: NOW }]);
  });
});

describe('what is stored', () => {
  it('is read again', () => {
    const trust = [{ ca: a, since: NOW }];
    expect(decodeTrust(encodeTrust(trust) ?? undefined)).toEqual(trust);
    expect(encodeTrust([])).toBeNull();
  });

  it.each([
    ['nothing', undefined],
    ['no JSON', 'aGVsbG8='],
    ['no list', Buffer.from('{}').toString('base64')],
    [
      'other things',
      Buffer.from(JSON.stringify([null, 1, { ca: 'x', since: 1 }, { ca: a, since: 'x' }])).toString('base64'),
    ],
  ])('as %s is nothing that anybody trusts', (_, value) => expect(decodeTrust(value)).toEqual([]));
});
