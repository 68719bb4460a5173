import { describe, expect, test } from 'vitest';
import type { AdmissionRequest } from './review.ts';
import { requestOf } from './testing/running-server.ts';
import { voteHandler } from './vote-handler.ts';

const REQUEST = { group: 'sallyport.dev', version: 'v1alpha1', kind: 'ApprovalRequest' };

function ask(status: unknown, more: Partial<AdmissionRequest> = {}) {
  const object = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'ApprovalRequest', metadata: { name: 'a' }, status };
  return voteHandler().answer(
    requestOf({
      kind: REQUEST,
      operation: 'UPDATE',
      subResource: 'status',
      userInfo: { username: 'ada' },
      object: object as unknown as NonNullable<AdmissionRequest['object']>,
      ...more,
    }),
  );
}

describe('a decision', () => {
  test('becomes the first vote, in the name that the API server knows', () => {
    expect(ask({ state: 'Pending', decision: 'Approved', reason: 'invoice 4711' })).toEqual({
      allowed: true,
      reason: 'vote',
      patch: [
        {
          op: 'add',
          path: '/status/votes',
          value: [{ username: 'ada', decision: 'Approved', reason: 'invoice 4711' }],
        },
        { op: 'remove', path: '/status/decision' },
        { op: 'remove', path: '/status/reason' },
      ],
    });
  });

  test('becomes one more vote', () => {
    const votes = [{ username: 'grace', decision: 'Approved' }];
    expect(ask({ state: 'Pending', decision: 'Denied', votes })).toMatchObject({
      patch: [
        { op: 'add', path: '/status/votes/-', value: { username: 'ada', decision: 'Denied' } },
        { op: 'remove', path: '/status/decision' },
      ],
    });
  });

  test('says which of the groups that the request names its voter is in', () => {
    const object = {
      ...{ apiVersion: 'sallyport.dev/v1alpha1', kind: 'ApprovalRequest', metadata: { name: 'a' } },
      spec: {
        quorums: [{ quorum: 1 }, { quorum: 2, approvers: { groups: ['treasury', 'security'] } }],
      },
      status: { decision: 'Approved' },
    } as unknown as NonNullable<AdmissionRequest['object']>;
    const by = (...groups: string[]) => ask(undefined, { object, userInfo: { username: 'ada', groups } });
    expect(by('system:authenticated', 'treasury')).toMatchObject({
      patch: [{ value: [{ username: 'ada', decision: 'Approved', groups: ['treasury'] }] }, {}],
    });
    expect(by('system:authenticated')).toMatchObject({
      patch: [{ value: [{ username: 'ada', decision: 'Approved' }] }, {}],
    });
  });

  test('is passed on as it is, whatever it says: the schema says what is wrong with it', () => {
    expect(ask({ decision: ['Maybe'] })).toMatchObject({
      patch: [{ value: [{ username: 'ada', decision: ['Maybe'] }] }, { op: 'remove' }],
    });
  });

  test('of somebody who has voted is left as it is, for the policy that says so', () => {
    const votes = [null, { username: 'ada', decision: 'Approved' }];
    expect(ask({ decision: 'Denied', votes })).toEqual({ allowed: true, reason: 'voted-already' });
  });
});

test.each<[what: string, status: unknown, more: Partial<AdmissionRequest>]>([
  ['without a decision', { state: 'Approved' }, {}],
  ['without a status', undefined, {}],
  ['with a status that is none', 'Approved', {}],
  ['of nobody', { decision: 'Approved' }, { userInfo: null }],
  ['of the object itself', { decision: 'Approved' }, { subResource: '' }],
  ['of another kind', { decision: 'Approved' }, { kind: { ...REQUEST, kind: 'MCPServer' } }],
  ['of a namesake in another group', { decision: 'Approved' }, { kind: { ...REQUEST, group: 'example.com' } }],
  ['that creates', { decision: 'Approved' }, { operation: 'CREATE' }],
  ['that deletes', undefined, { operation: 'DELETE', object: null }],
])('a request %s is no vote', (_, status, more) => {
  expect(ask(status, more)).toEqual({ allowed: true, reason: 'not-a-vote' });
});
