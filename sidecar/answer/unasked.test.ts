import { expect, it } from 'vitest';
import { answerParts, callOf } from '../testing/answering.ts';
import { Unasked } from './unasked.ts';

it('answers that nobody asked for are on record once a minute for a stream, however many come', () => {
  const parts = answerParts();
  const unasked = new Unasked(callOf(parts), parts);
  for (let i = 0; i < 1_000; i++) unasked.note();
  expect(parts.lines.map(({ decision, method, outcome }) => [method, decision.reason, outcome])).toEqual([
    ['response', 'unasked-answer', 'refused'],
  ]);
  parts.clock.advance(59_999);
  unasked.note();
  expect(parts.lines).toHaveLength(1);
  parts.clock.advance(1);
  unasked.note();
  expect(parts.lines).toHaveLength(2);
});
