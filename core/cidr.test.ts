import { expect, it } from 'vitest';
import { isInRanges, parseCidr } from './cidr.ts';

const ranges = ['10.0.4.0/24', '192.0.2.7/32', '2001:db8::/32', 'fd00::1/128'].map(
  (text) => parseCidr(text) ?? expect.fail(text),
);

it.each(['10.0.4.1', '::ffff:10.0.4.255', '::ffff:a00:4ff', '192.0.2.7', '2001:db8:1::9', 'fd00::1', 'fd00::1%eth0'])(
  '%s is in',
  (address) => {
    expect(isInRanges(address, ranges)).toBe(true);
  },
);

it.each([
  '10.0.5.1',
  '192.0.2.8',
  '2001:db9::1',
  'fd00::2',
  '::10.0.4.1',
  '',
  'localhost',
  '10.0.4',
  '010.0.4.1',
  '0x0a000401',
  '10.0.4.1, 10.0.4.2',
])('%s is not', (address) => {
  expect(isInRanges(address, ranges)).toBe(false);
});

it.each([
  '10.0.4.0',
  '10.0.4.1/24',
  '10.0.4.0/33',
  '10.0.4.0/',
  '10.0.4.0/24/24',
  '2001:db8::1/32',
  '2001:db8::/129',
  '::ffff:10.0.4.0/120',
  'x/8',
  '10.4/16',
])('%s is no range', (text) => expect(parseCidr(text)).toBeUndefined());

it.each(['0.0.0.0/0', '::/0', '10.0.0.0/8', '127.0.0.6/32'])('%s is one', (text) =>
  expect(parseCidr(text)).toBeDefined(),
);
