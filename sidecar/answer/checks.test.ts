import { expect, it } from 'vitest';
import { JsonView } from '../../core/mcp/json-view.ts';
import { Pieces } from '../../core/mcp/pieces.ts';
import { refuse } from '../../core/mcp/refusals.ts';
import type { Answer, Check } from './check.ts';
import { checkAnswer } from './checks.ts';
import { setMember } from './edits.ts';

const bytes = Buffer.from('{"jsonrpc":"2.0","id":5,"result":{"a":1}}');
const result = JsonView.of(bytes)?.view('result') ?? expect.fail();
const answer = { text: Pieces.of(bytes), id: 5, result, error: undefined, isOwn: false } as Partial<Answer> as Answer;
const edit =
  (key: string): Check =>
  () => ({ edits: [setMember(result, key, true)] });

it('checks of an answer add up: no edit keeps a later check from being asked', () => {
  expect(checkAnswer(answer, [edit('x'), () => undefined, edit('y')])).toEqual({
    instead: Buffer.from('{"jsonrpc":"2.0","id":5,"result":{"x":true,"y":true,"a":1}}'),
  });
});

it('a check that stops takes the place of all edits, under the id of the answer', () => {
  const passage = checkAnswer(answer, [edit('x'), () => ({ stop: refuse('denied', 'no') })]);
  expect(JSON.parse(String(typeof passage === 'object' && passage.instead))).toMatchObject({
    id: 5,
    error: { code: -31001 },
  });
});

it('what no check objects to passes as its own bytes', () => {
  expect(checkAnswer(answer, [() => undefined])).toBe('pass');
});
