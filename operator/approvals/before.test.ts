import { expect, test } from 'vitest';
import type { CallSubject } from '../../core/api/approval-request.ts';
import { approvalRequest, definitionRequest } from '../testing/gen.ts';
import { beforeOf, differingIn, groupOf } from './before.ts';

const like = { server: 'ledger', principal: 'billing-agent', call: { tool: 'transfer' } };
const settled = (name: string, state: string, decidedAt: string) =>
  approvalRequest({ name, status: { state, decidedAt: `2026-11-21T${decidedAt}:00Z` } });

test('what was decided on calls like it is counted, and the last that was approved is known', () => {
  const requests = [
    settled('a', 'Consumed', '10:00'),
    settled('b', 'Approved', '12:00'),
    settled('c', 'Consumed', '11:00'),
    settled('d', 'Denied', '13:00'),
    settled('e', 'Expired', '13:00'),
    approvalRequest({ name: 'f' }),
  ];
  const { shown, last } = beforeOf(requests, like);
  expect(shown).toEqual({ approved: 3, denied: 1, waiting: 1, last: '2026-11-21T12:00:00Z', request: 'b' });
  expect(last?.metadata.name).toBe('b');
});

test.each([
  ['of another principal', approvalRequest({ spec: { principal: { name: 'other', groups: [] } } })],
  ['of another tool', approvalRequest({ call: { tool: 'refund' } })],
  ['of another kind', approvalRequest({ call: { tool: undefined, prompt: 'transfer' } })],
  ['of a definition', definitionRequest()],
])('a request %s is not like it', (_, request) => {
  expect(beforeOf([request], like)).toEqual({ shown: { approved: 0, denied: 0, waiting: 0 }, last: undefined });
});

test('what is alike has one label, and nothing else has it', () => {
  expect(groupOf(like)).toMatch(/^[0-9a-f]{16}$/);
  expect(groupOf({ ...like, call: { tool: 'transfer' } })).toBe(groupOf(like));
  for (const other of [{ server: 'x' }, { principal: 'x' }, { call: { prompt: 'transfer' } }])
    expect(groupOf({ ...like, ...other })).not.toBe(groupOf(like));
});

test('arguments that are other are named by their place, in characters that can be seen', () => {
  const call = (preview: object): CallSubject =>
    ({ method: 'tools/call', tool: 't', preview, digest: '' }) as CallSubject;
  expect(differingIn(call({ a: 1, b: { c: 'x' } }), call({ a: 1, b: { c: 'x' } }))).toEqual([]);
  expect(differingIn(call({ a: 1, b: { c: 'x' } }), call({ a: 2, b: { c: 'y' }, '\u202e': 1 })).sort()).toEqual([
    '/\\u{202e}',
    '/a',
    '/b/c',
  ]);
});
