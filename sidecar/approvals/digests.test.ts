import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from '../../core/digest.ts';
import { ApprovalDigests } from './digests.ts';

const key = Buffer.alloc(32, 1);
const other = Buffer.alloc(32, 2);
const call = sha256('call');

test('a digest has the form of one, and is none that somebody without the key could make', () => {
  const digest = new ApprovalDigests(key).of(call);
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(digest).not.toBe(call);
  expect(digest).not.toBe(`sha256:${createHmac('sha256', key).update(call).digest('hex')}`);
});

test('gates that share a key come to one digest, whatever they began with', () => {
  const [a, b] = [new ApprovalDigests(key), new ApprovalDigests(other)];
  expect(a.of(call)).not.toBe(b.of(call));
  a.adopt(Buffer.alloc(32, 3));
  b.adopt(Buffer.alloc(32, 3));
  expect(a.of(call)).toBe(b.of(call));
  expect(a.of(call)).not.toBe(a.of(sha256('another')));
});
