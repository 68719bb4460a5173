import { expect, test } from 'vitest';
import { gateSocket } from './gate-socket.ts';

test('a socket is named after the server and the process', () => {
  expect(gateSocket('/run/user/1/sallyport', 'default/ledger', 42)).toBe('/run/user/1/sallyport/ledger-42.sock');
});

test.each(['a', 'ü', '😀'])('a name of many %s is cut to what the system takes', (letter) => {
  const path = gateSocket('/run/user/1000/sallyport', `default/${letter.repeat(200)}`, 12_345);
  expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103);
  expect(Buffer.byteLength(path)).toBeGreaterThan(98);
  expect(path).toMatch(new RegExp(`^/run/user/1000/sallyport/(${letter})+-12345\\.sock$`, 'u'));
});

test('a folder that leaves no room is told, with what to set', () => {
  expect(() => gateSocket(`/${'x'.repeat(100)}`, 'default/a', 1)).toThrow('is too long for a socket');
});
