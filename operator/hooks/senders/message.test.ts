import { expect, test } from 'vitest';
import { readHookMessage } from './message.ts';

const read = (message: unknown): object => readHookMessage(Buffer.from(JSON.stringify(message)));
const least = { namespace: 'finance', name: 'ledger-x', decision: 'Denied' };

test('a decision names a request, and may say whose it is, and why', () => {
  expect(read(least)).toEqual({
    message: {
      target: { namespace: 'finance', name: 'ledger-x', uid: undefined },
      decision: 'Denied',
      reason: undefined,
      as: undefined,
    },
  });
  expect(read({ ...least, uid: '0-a', reason: 'a\nb', as: 'ada' })).toEqual({
    message: {
      target: { namespace: 'finance', name: 'ledger-x', uid: '0-a' },
      decision: 'Denied',
      reason: 'a b',
      as: 'ada',
    },
  });
});

test.each([
  [null, 'the body'],
  [[], 'the body'],
  [{ ...least, namespace: undefined }, 'namespace'],
  [{ ...least, name: 'a/b' }, 'name is no name of an ApprovalRequest'],
  [{ ...least, decision: 'approved' }, 'decision is neither Approved nor Denied'],
  [{ ...least, votes: [] }, 'the body has fields that nobody knows: votes'],
  [{ ...least, reason: 4711 }, 'reason'],
])('%j is none', (message, words) => {
  expect(read(message)).toEqual({ problem: expect.stringContaining(words) as string });
});

test('what is no JSON is none', () => {
  expect(readHookMessage(Buffer.from([0xff]))).toEqual({ problem: 'the body is not JSON' });
});
