import { expect, it } from 'vitest';
import { policyOf } from '../../../test/support/policy.ts';
import { type CallSketch, GETTERS, answerParts, answerTo, callOf } from '../../testing/answering.ts';
import { MessageDoor } from '../messages.ts';
import { expectAnswer } from '../terms-of.ts';

const HELD = policyOf({ tools: [{ names: ['*'], effect: 'RequireApproval', approval: {} }] });
const TASKS = { 'io.modelcontextprotocol/tasks': {} };
const MODERN: CallSketch = { version: '2026-07-28', method: 'server/discover' };

function shown(capabilities: unknown, sketch = MODERN, policy = HELD): unknown {
  const parts = answerParts(policy);
  const call = callOf(parts, sketch);
  const door = new MessageDoor(call, parts, expectAnswer(call), undefined);
  const text = Buffer.from(answerTo(1, { supportedVersions: [], capabilities }));
  const passage = door.inspect(text, true);
  const said = typeof passage === 'object' && 'instead' in passage ? String(passage.instead) : String(text);
  return (JSON.parse(said) as { result: { capabilities: unknown } }).result.capabilities;
}

it.each([
  ['of a server that has nothing', {}, { extensions: TASKS }],
  ['of one that has something', { tools: {} }, { tools: {}, extensions: TASKS }],
  ['of one with no extension', { extensions: {} }, { extensions: TASKS }],
  ['of one with another', { extensions: { 'x/y': {} } }, { extensions: { 'x/y': {}, ...TASKS } }],
  ['of one with tasks', { extensions: TASKS }, { extensions: TASKS }],
  ['that nobody can read', { extensions: 5 }, { extensions: 5 }],
])('where calls wait for a person, tasks are among the capabilities %s', (_name, capabilities, expected) => {
  expect(shown(capabilities)).toEqual(expected);
});

it('nowhere else', () => {
  expect(shown({}, MODERN, GETTERS)).toEqual({});
  expect(shown({}, { ...MODERN, method: 'tools/call' })).toEqual({});
  expect(shown(5)).toBe(5);
});
