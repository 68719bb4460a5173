import { expect, test } from 'vitest';
import { shownRows } from './shown-rows.ts';

test('nothing is said of what is not known', () => {
  expect(shownRows({})).toEqual([]);
});

test('all of it comes in the order in which it is needed', () => {
  const rows = shownRows({
    title: 'Transfer money',
    description: 'Transfers money between accounts.',
    claims: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
    findings: ['paths outside-roots at /path'],
    redacted: [
      { kind: 'iban', at: '/memo', sent: true },
      { kind: 'secret', sent: false },
    ],
    before: { approved: 3, denied: 1, waiting: 2, last: '2026-11-20T10:00:00Z', differs: ['/amount', '/to'] },
  });
  expect(rows).toEqual([
    ['The tool, in words of its server', 'Transfer money: Transfers money between accounts.'],
    [
      'Its server claims, unchecked',
      'it changes something; it may destroy something; a second identical call does it again; it reaches beyond the server',
    ],
    ['Found in it', 'paths outside-roots at /path'],
    ['Not shown below', 'iban at /memo, which the server gets; secret, which is taken out of the call'],
    [
      'Before',
      '3 approved (last 2026-11-20T10:00:00Z), 1 denied; 2 like it wait; differs from the last in /amount, /to',
    ],
  ]);
});

test.each([
  [{ approved: 0, denied: 0, waiting: 0 }, '0 approved, 0 denied'],
  [{ approved: 1, denied: 0, waiting: 0, differs: [] }, '1 approved, 0 denied; nothing differs from the last'],
])('before: %j', (before, expected) => {
  expect(shownRows({ before })).toEqual([['Before', expected]]);
});

test('a claim that is good is told as one, too', () => {
  const claims = { readOnly: true, destructive: false, idempotent: true, openWorld: false };
  expect(shownRows({ claims })[0]?.[1]).toBe(
    'it changes nothing; it destroys nothing; a second identical call changes nothing more; it stays within the server',
  );
});
