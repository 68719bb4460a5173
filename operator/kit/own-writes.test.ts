import { expect, test } from 'vitest';
import { OwnWrites } from './own-writes.ts';

const at = (resourceVersion: string, uid = 'a') => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', uid, resourceVersion },
});

test('a cache is behind until it shows the last write', () => {
  const writes = new OwnWrites();
  expect(writes.isSeenIn(at('99'))).toBe(true);
  writes.remember(at('100'));
  expect(writes.isSeenIn(at('99'))).toBe(false);
  expect(writes.isSeenIn(at('99', 'another'))).toBe(true);
  expect(writes.isSeenIn(at('100'))).toBe(true);
});

test('a newer version than the write has it too, also with one digit more', () => {
  const writes = new OwnWrites();
  writes.remember(at('999'));
  expect(writes.isSeenIn(at('1000'))).toBe(true);
});

test('an object that is gone is forgotten', () => {
  const writes = new OwnWrites();
  writes.remember(at('100'));
  writes.forget('a');
  expect(writes.isSeenIn(at('99'))).toBe(true);
});
