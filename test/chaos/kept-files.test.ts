import { expect, test } from 'vitest';
import { auditLineOf, executionOf } from './kept-files.ts';

const TIME = '2026-01-01T00:00:00.000Z';
const call = (body: unknown): string => `${TIME} stdout F ${JSON.stringify({ method: 'POST', headers: {}, body })}`;
const params = { name: 'echo', arguments: { key: 'a' } };

test('a call in the log of a container', () => {
  const execution = { key: 'a', tool: 'echo', time: Date.parse(TIME) };
  expect(executionOf(call({ method: 'tools/call', params }))).toEqual([execution]);
  expect(executionOf(call(JSON.stringify({ method: 'tools/call', params })))).toEqual([execution]);
});

test.each([
  ['another method', call({ method: 'tools/list', params })],
  ['a call of somebody else', call({ method: 'tools/call', params: { name: 'echo', arguments: {} } })],
  ['no body', call(undefined)],
  ['words', `${TIME} stdout F listening on 3001`],
  ['half a line', `${TIME} stdout F {"method":`],
])('%s is no execution', (_what, line) => {
  expect(executionOf(line)).toEqual([]);
});

test('a line of the audit log, with and without an approval; other events and torn lines are none', () => {
  const line = { event: 'decision', traceId: 't', tool: 'echo', time: TIME };
  const read = { traceId: 't', tool: 'echo', time: Date.parse(TIME) };
  expect(auditLineOf(JSON.stringify(line))).toEqual([read]);
  expect(auditLineOf(JSON.stringify({ ...line, event: 'intent', approval: { name: 'one' } }))).toEqual([
    { ...read, approval: 'one' },
  ]);
  expect(auditLineOf(JSON.stringify({ ...line, event: 'open' }))).toEqual([]);
  expect(auditLineOf(JSON.stringify(line).slice(0, -3))).toEqual([]);
});
