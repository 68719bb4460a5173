import { expect, it } from 'vitest';
import { issuersReport } from './issuers-report.ts';

it('counts issuers, and names those whose keys cannot be read', () => {
  const good = { issuer: 'https://a.example', away: undefined, usable: true };
  const away = { issuer: 'https://b.example', away: { why: 'status 503\ud800 and more', since: 0 }, usable: false };
  expect(issuersReport([good, away], 11)).toEqual({
    trusted: 2,
    away: [{ issuer: away.issuer, why: 'status 503\ufffd', since: '1970-01-01T00:00:00.000Z', usable: false }],
  });
  expect(issuersReport([], 10)).toEqual({ trusted: 0, away: [] });
});
