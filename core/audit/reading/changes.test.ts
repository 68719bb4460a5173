import { expect, test } from 'vitest';
import { changeText } from './changes.ts';
import { readRecord } from './read-record.ts';

const said = (event: string, fields: object): string | undefined => {
  const record = readRecord(JSON.stringify({ event, seq: 1, time: '2026-11-21T10:00:00.000Z', ...fields }));
  return record && changeText(record);
};

test.each<[event: string, fields: object, words: string]>([
  ['open', {}, 'the gate began'],
  ['open', { gate: { version: '1.2.3', host: 'pod-1' } }, 'the gate began: Sallyport 1.2.3 on pod-1'],
  ['close', {}, 'the gate stopped'],
  ['close', { ending: { reason: 'SIGTERM' } }, 'the gate was stopped: SIGTERM'],
  [
    'policy',
    { policy: { state: 'Enforced', revision: 'sha256:0123456789abcdef', packs: [{ ref: 'a/b', mode: 'Shadow' }] } },
    'policy 0123456789ab came into force, with a/b (in shadow: recorded, not enforced)',
  ],
  [
    'policy',
    { policy: { state: 'Refused', revision: null, problem: 'no JSON' } },
    'a new policy was not taken: no JSON; there is none in force',
  ],
  [
    'identity',
    { clients: { count: 2, granted: ['a'], revoked: ['b'], changed: [], problems: ['c: is empty'] } },
    'clients that may come in: 2; new: a; gone: b; not taken: c: is empty',
  ],
  ['revocations', { revocations: { entries: [], problems: [] } }, 'no token is revoked'],
  [
    'revocations',
    { revocations: { entries: ['a', 'b'], problems: ['c: is empty'] } },
    'tokens are revoked by: a, b; not taken: c: is empty',
  ],
  [
    'pin',
    { definition: { state: 'changed', kind: 'tool', name: 'pay' } },
    'the server has changed its description of tool pay since it was accepted, or first used',
  ],
  [
    'pin',
    { definition: { state: 'accepted', kind: 'instructions', name: '' } },
    'what the server says of instructions was accepted',
  ],
  [
    'lost',
    { lost: [{ what: 'refused', count: 3 }] },
    'the log could not be written, and so has nothing of: 3 calls, which were refused for that',
  ],
  [
    'refusals',
    { refusals: Array.from({ length: 6 }, () => ({ count: 2, reason: 'r', source: '::1' })) },
    `further refusals of callers that nobody knows: ${Array.from({ length: 5 }, () => '2 r from ::1').join(', ')}, and 1 more`,
  ],
])('%s is said in words: %j', (event, fields, words) => expect(said(event, fields)).toBe(words));

test('the work of the log itself is no news', () => {
  expect([said('checkpoint', {}), said('continue', {}), said('of a later version', {})]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each(['lost', 'refusals', 'identity'])('%s of somebody who made up the line is told all the same', (event) => {
  const count = { toString: 1, valueOf: 1 };
  const made = { lost: [{ count, what: 'constructor' }], refusals: [{ count, reason: 'x' }], clients: { count } };
  expect(said(event, made)).toContain('?');
});
