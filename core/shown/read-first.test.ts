import { expect, test } from 'vitest';
import { readFirst } from './read-first.ts';

test('of a call of which nothing is known nothing is read first', () => {
  expect(readFirst(undefined)).toEqual([]);
  expect(readFirst({})).toEqual([]);
  expect(readFirst({ claims: {} })).toEqual([]);
});

test('all that is known is read, each under a label of ours', () => {
  const before = {
    approved: 12,
    denied: 1,
    waiting: 3,
    last: '2026-11-21T10:00:00Z',
    request: 'a-1',
    differs: ['/amount'],
  };
  const shown = {
    ...{ title: 'Transfer money', description: 'Moves money.' },
    claims: { destructive: true, idempotent: false },
    findings: ['path outside-roots at /p'],
    redacted: [
      { kind: 'iban', at: '/to', sent: true },
      { kind: 'email', sent: false },
    ],
    before,
  };
  expect(readFirst(shown)).toEqual([
    ['Title', 'Transfer money'],
    ['Says', 'Moves money.'],
    ['Claims', 'MAY DESTROY, done twice it acts twice (the server says so; nobody has checked)'],
    ['Found', 'path outside-roots at /p'],
    ['Redacted', 'iban at /to; the server gets it'],
    ['Redacted', 'email at more places than are listed; the server does not get it either'],
    ['Before', 'of this caller and tool 12 approved, 1 denied, the last at 2026-11-21T10:00:00Z (a-1)'],
    ['Differs', 'from the last at /amount'],
    ['Waiting', '3 more like it'],
  ]);
});

test.each([
  ['never', { approved: 0, denied: 0, waiting: 0 }, ['of this caller and tool 0 approved, 0 denied']],
  [
    'exactly so',
    { approved: 1, denied: 0, waiting: 0, last: '2026-11-21T10:00:00Z', differs: [] },
    [
      'of this caller and tool 1 approved, 0 denied, the last at 2026-11-21T10:00:00Z',
      'from the last in nothing that is shown',
    ],
  ],
])('what was approved before: %s', (_, before, texts) => {
  expect(readFirst({ before }).map(([, text]) => text)).toEqual(texts);
});
