import { describe, expect, test } from 'vitest';
import type { ApprovalRequest } from '../api/approval-request.ts';
import { differingArguments, earlierThan, groupsOf } from './alike.ts';

interface Given {
  readonly server?: string;
  readonly tool?: string;
  readonly by?: string;
  readonly minutes?: number;
  readonly preview?: object;
  readonly state?: string;
  readonly votes?: readonly string[];
  readonly subject?: unknown;
}

function request(name: string, given: Given = {}): ApprovalRequest {
  const { server = 'ledger', tool = 'transfer', by = 'billing-agent', minutes = 10, preview = {}, state } = given;
  const call = { method: 'tools/call', tool, preview, digest: `sha256:${'d'.repeat(64)}` };
  const status = {
    state,
    votes: given.votes?.map((username) => ({ username, decision: state === 'Denied' ? 'Denied' : 'Approved' })),
    decidedAt: `2026-11-21T09:${minutes}:00Z`,
  };
  return {
    metadata: { name, namespace: 'finance' },
    spec: {
      server,
      subject: given.subject ?? { type: 'Call', call },
      principal: { name: by, groups: [] },
      expiresAt: `2026-11-21T10:${minutes}:00Z`,
    },
    ...(state === undefined ? {} : { status }),
  } as unknown as ApprovalRequest;
}

const names = (groups: readonly (readonly ApprovalRequest[])[]): string[][] =>
  groups.map((group) => group.map(({ metadata }) => metadata.name));

describe('alike are', () => {
  test('calls of one principal to one tool of one server, the most urgent first', () => {
    const groups = groupsOf([
      request('late', { minutes: 40 }),
      request('other-tool', { tool: 'refund', minutes: 20 }),
      request('soon', { minutes: 11 }),
      request('other-principal', { by: 'ops', minutes: 30 }),
      request('other-server', { server: 'b', minutes: 50 }),
    ]);
    expect(names(groups)).toEqual([['soon', 'late'], ['other-tool'], ['other-principal'], ['other-server']]);
  });

  test('not requests that say nothing that is known, but definitions of one thing', () => {
    const grant = { type: 'Other' };
    const definition = { type: 'Definition', definition: { kind: 'tool', name: 'transfer', digest: 'sha256:1' } };
    const all = [
      ...['a', 'b'].map((name) => request(name, { subject: grant })),
      ...['c', 'd'].map((name) => request(name, { subject: definition })),
    ];
    expect(names(groupsOf(all))).toEqual([['a'], ['b'], ['c', 'd']]);
  });
});

test('what differs is named by its place', () => {
  const [one, other] = [
    { to: 'A', amount: 1, deep: { a: [1] } },
    { to: 'A', amount: 2, deep: { a: [2] }, memo: '' },
  ];
  expect(differingArguments(request('x', { preview: other }), request('y', { preview: one })).sort()).toEqual([
    '/amount',
    '/deep/a/0',
    '/memo',
  ]);
});

describe('before', () => {
  const now = request('now', { preview: { amount: 5000, to: 'A' } });

  test('is what was decided on calls like it, by whom, and what is other than last time', () => {
    const all = [
      now,
      request('first', { state: 'Consumed', minutes: 11, votes: ['ada', 'grace'], preview: { amount: 1, to: 'B' } }),
      request('last', { state: 'Approved', minutes: 13, votes: ['grace'], preview: { amount: 100, to: 'A' } }),
      request('second', { state: 'Consumed', minutes: 12, votes: ['ada'] }),
      request('refused', { state: 'Denied', votes: ['ada'] }),
      request('open', {}),
      request('of-others', { by: 'ops', state: 'Approved', minutes: 20, votes: ['ada'] }),
    ];
    const { last, ...earlier } = earlierThan(now, all, 'ada');
    expect(last?.metadata.name).toBe('last');
    expect(earlier).toEqual({ approved: 3, denied: 1, byYou: 2, changes: ['~ /amount', '  - 100', '  + 5000'] });
  });

  test('may be nothing, and nobody', () => {
    expect(earlierThan(now, [now, request('refused', { state: 'Denied' })])).toEqual({
      approved: 0,
      denied: 1,
      byYou: 0,
      changes: [],
    });
  });
});
