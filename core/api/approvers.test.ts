import { describe, expect, test } from 'vitest';
import { approvalSchema } from './rules/approval.ts';

/** Where something is wrong, and the beginning of what is said of it. */
function problemsOf(approval: object): string[] {
  const { error } = approvalSchema.safeParse(approval);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message.split(',')[0]}`);
}

const ada = { users: ['ada'] };
const treasury = { groups: ['treasury'] };

describe('who approves', () => {
  test.each<[string, object]>([
    ['anybody with the right', {}],
    ['two of them', { quorum: 2 }],
    ['as many as are named', { quorum: 2, approvers: { users: ['ada', 'grace'] } }],
    ['more than users are named, of a group beside them', { quorum: 3, approvers: { ...ada, ...treasury } }],
    ['one of each of two', { all: [{ approvers: treasury }, { approvers: ada }] }],
    ['without a veto', { veto: false, quorum: 2 }],
  ])('can be %s', (_, approval) => {
    expect(problemsOf(approval)).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['nobody', { approvers: {} }, 'approvers: names nobody; list `users` or `groups`'],
    ['no group', { approvers: { groups: [] } }, 'approvers.groups: Too small: expected array to have >=1 items'],
    ['fewer than are asked', { quorum: 2, approvers: ada }, 'quorum: is more than there are approvers'],
    ['one user twice', { quorum: 2, approvers: { users: ['ada', 'ada'] } }, 'quorum: is more than there are approvers'],
    ['none', { quorum: 0 }, 'quorum: is not a whole number from 1 to 10; write for example 2'],
    ['a crowd', { quorum: 11 }, 'quorum: is not a whole number from 1 to 10; write for example 2'],
    [
      'those of both ways',
      { quorum: 1, all: [{ approvers: treasury }, { approvers: ada }] },
      'all: stands beside quorum or approvers',
    ],
    ['one path', { all: [{ approvers: treasury }] }, 'all: Too small: expected array to have >=2 items'],
    [
      'too few on one path',
      { all: [{ quorum: 2, approvers: ada }, { approvers: treasury }] },
      'all.0.quorum: is more than there are approvers',
    ],
    ['silence', { onTimeout: 'Allow' }, 'onTimeout: Invalid input: expected "Deny"'],
  ])('cannot be %s', (_, approval, problem) => {
    expect(problemsOf(approval)).toEqual([problem]);
  });
});
