import { expect, it } from 'vitest';
import { ada } from '../../../core/policy/testing/gen.ts';
import { type CallSketch, answerParts, answerTo, callOf } from '../../testing/answering.ts';
import { MessageDoor } from '../messages.ts';
import { expectAnswer } from '../terms-of.ts';

it.each<[name: string, sketch: CallSketch, result: object, isKnown: boolean]>([
  ['is its caller’s', {}, { task: { taskId: 't' } }, true],
  ['is its caller’s in the modern era', { version: '2026-07-28' }, { resultType: 'task', taskId: 't' }, true],
  ['is nobody’s where nobody is known', { principal: undefined }, { task: { taskId: 't' } }, false],
  ['is none in a result of another kind', { version: '2026-07-28' }, { resultType: 'complete', taskId: 't' }, false],
  ['is none in a revision without tasks', { version: '2025-03-26' }, { task: { taskId: 't' } }, false],
  [
    'is nobody’s in an answer that is stopped, because it was given to nobody',
    { version: '2026-07-28' },
    { resultType: 'task', taskId: 't', inputRequests: { a: { method: 'roots/list' } } },
    false,
  ],
])('a task that a server begins %s', (_name, sketch, result, isKnown) => {
  const parts = answerParts();
  const call = callOf(parts, sketch);
  new MessageDoor(call, parts, expectAnswer(call), undefined).inspect(Buffer.from(answerTo(1, result)), true);
  expect(parts.tasks.isOf('t', ada)).toBe(isKnown);
});
