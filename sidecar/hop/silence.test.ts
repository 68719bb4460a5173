import { expect, it } from 'vitest';
import { Silences } from './silence.ts';

const AT = 'https://10.0.0.1:8486';
const failed = (code: string): Error => Object.assign(new Error('it failed'), { code });
const SILENT = failed('UND_ERR_CONNECT_TIMEOUT');

it.each(['ECONNREFUSED', 'EHOSTUNREACH', 'ECONNRESET', 'ERR_SSL_WRONG_VERSION_NUMBER'])(
  '%s says that it is gone',
  (code) => {
    expect(new Silences().isGone(AT, failed(code), 0, 5)).toBe(true);
  },
);

it.each(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'])('%s does not, until it has lasted', (code) => {
  const silences = new Silences();
  expect(silences.isGone(AT, failed(code), 0, 4_000)).toBe(false);
  expect(silences.isGone(AT, failed(code), 5_900, 9_999)).toBe(false);
  expect(silences.isGone('https://10.0.0.2:8486', failed(code), 6_000, 10_000)).toBe(false);
  expect(silences.isGone(AT, failed(code), 6_000, 10_000)).toBe(true);
});

it('begins anew once it has answered', () => {
  const silences = new Silences();
  expect(silences.isGone(AT, SILENT, 0, 4_000)).toBe(false);
  silences.heard(AT);
  expect(silences.isGone(AT, SILENT, 9_000, 13_000)).toBe(false);
});

it('begins anew where nobody has asked for long', () => {
  const silences = new Silences();
  expect(silences.isGone(AT, SILENT, 0, 4_000)).toBe(false);
  expect(silences.isGone(AT, SILENT, 34_001, 38_000)).toBe(false);
  expect(silences.isGone(AT, SILENT, 40_000, 44_001)).toBe(true);
});
