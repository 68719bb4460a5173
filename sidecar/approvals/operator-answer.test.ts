import { describe, expect, test } from 'vitest';
import type { ApprovalSubject } from './approval.ts';
import { isApprovalName, isForCall, readApproval, readHalt } from './operator-answer.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const revision = `sha256:${'b'.repeat(64)}`;
const subject = { digest, revision } as ApprovalSubject;
const ANSWER = { name: 'ledger-1', state: 'Approved', digest, revision, expiresAt: '2026-01-01T00:00:00Z' };

test('an answer about this call is taken, with what is left out left out', () => {
  expect(readApproval(ANSWER, subject)).toEqual({
    approval: {
      name: 'ledger-1',
      subject,
      expiresAt: Date.parse('2026-01-01T00:00:00Z'),
      state: 'Approved',
      decidedBy: undefined,
      reason: undefined,
    },
    usedUp: undefined,
  });
});

test('null is what is not there, and fields that nobody knows are passed over', () => {
  const body = { ...ANSWER, decidedBy: null, reason: 'fine', usedUp: 'ledger-0', votes: '1 of 2 votes', fresh: true };
  expect(readApproval(body, subject)).toMatchObject({
    approval: { decidedBy: undefined, reason: 'fine', votes: '1 of 2 votes' },
    usedUp: 'ledger-0',
  });
});

describe('nothing is concluded from an answer', () => {
  const cases: Record<string, unknown> = {
    'about another call': { ...ANSWER, digest: `sha256:${'c'.repeat(64)}` },
    'under another policy': { ...ANSWER, revision: `sha256:${'c'.repeat(64)}` },
    'of a state that nobody knows': { ...ANSWER, state: 'approved' },
    'without a state': { ...ANSWER, state: undefined },
    'that expires at no time': { ...ANSWER, expiresAt: 'soon' },
    'that expires at a time without a zone': { ...ANSWER, expiresAt: '2026-01-01T00:00:00' },
    'whose name leads elsewhere': { ...ANSWER, name: '../report' },
    'whose name has a line break': { ...ANSWER, name: 'ledger-1\n' },
    'by what is no name': { ...ANSWER, decidedBy: { name: 'ada' } },
    'that is a list': [ANSWER],
    'that is nothing': undefined,
  };
  for (const [name, body] of Object.entries(cases)) {
    test(name, () => expect(readApproval(body, subject)).toBeUndefined());
  }
});

test('a request is for a call by its digest, under whatever policy', () => {
  expect(isForCall({ ...ANSWER, revision: 'older' }, subject)).toBe(true);
  expect(isForCall({ ...ANSWER, digest: 'other' }, subject)).toBe(false);
  expect(isForCall({ digest }, subject)).toBe(false);
});

test.each(['a', 'ledger-transfer-x7k2m', 'a.b', 'a'.repeat(253)])('%s is a name', (name) => {
  expect(isApprovalName(name)).toBe(true);
});
test.each(['', 'A', '-a', 'a-', 'a/b', 'a b', 'ä', 'a\n', 'a'.repeat(254)])('%j is none', (name) => {
  expect(isApprovalName(name)).toBe(false);
});

test.each([
  ['is halted', { code: 'halted', name: 'a-1', until: '2030-01-01T00:00:00Z' }, true],
  ['has asked too much', { error: 'too many calls' }, false],
  ['is halted, it is not said until when', { code: 'halted', name: 'a-1' }, false],
  ['is halted, by what is no name', { code: 'halted', name: '../x', until: '2030-01-01T00:00:00Z' }, false],
])('a caller %s', (_, body, isHalted) => {
  expect(readHalt(body) !== undefined).toBe(isHalted);
});
