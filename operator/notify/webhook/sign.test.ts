import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { headersOf, keysIn, messageId } from './sign.ts';

const secret = (bytes = 32): string => `whsec_${randomBytes(bytes).toString('base64')}`;

test('another implementation verifies it, with either of two keys while one is rotated', () => {
  const [old, fresh] = [secret(), secret()];
  const signed = { id: 'msg_1', timestamp: Math.floor(Date.now() / 1000), body: '{"type":"approval.requested"}' };
  const keys = keysIn(`${fresh}\n${old}\n`);
  const headers = headersOf(signed, keys as readonly Buffer[]);
  for (const one of [old, fresh])
    expect(new Webhook(one).verify(signed.body, headers)).toEqual({ type: 'approval.requested' });
  expect(() => new Webhook(secret()).verify(signed.body, headers)).toThrow();
  expect(() => new Webhook(fresh).verify(`${signed.body} `, headers)).toThrow();
  expect(() => new Webhook(fresh).verify(signed.body, { ...headers, 'webhook-id': 'msg_2' })).toThrow();
});

test('a timestamp of long ago is refused by receivers, so it is that of the attempt', () => {
  const one = secret();
  const signed = { id: 'msg_1', timestamp: Math.floor(Date.now() / 1000) - 3600, body: '{}' };
  expect(() => new Webhook(one).verify('{}', headersOf(signed, keysIn(one) as readonly Buffer[]))).toThrow(/old/);
});

test.each([
  ['', 'is empty'],
  ['whsec_c2hvcnQ=', 'is not whsec_'],
  [secret(65), 'is not whsec_'],
])('%j is no key', (text, expected) => {
  expect(keysIn(text)).toContain(expected);
});

test('a key without its prefix is one', () => {
  expect(keysIn(randomBytes(24).toString('base64'))).toHaveLength(1);
});

test('an id is that of the news, not of the attempt', () => {
  expect(messageId('u', 'Settled', 'Denied')).toBe(messageId('u', 'Settled', 'Denied'));
  expect(messageId('u', 'Settled', 'Denied')).not.toBe(messageId('u', 'Settled', 'Approved'));
  expect(messageId('u', 'Requested', '')).toMatch(/^msg_[\w-]{32}$/);
});
