import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UnheardMessages } from './unheard-messages.ts';

let said: string[];
let unheard: UnheardMessages;
beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  unheard = new UnheardMessages({ say: (json) => said.push(json), remark: () => {} });
});
afterEach(() => {
  vi.useRealTimers();
});
const event = (text: string): Buffer => Buffer.from(text);

it('what is said goes to the stream that opens next, in order', () => {
  unheard.keep(event('note'), undefined);
  unheard.keep(event('question'), 'q');
  expect(unheard.take().map(String)).toEqual(['note', 'question']);
  expect(unheard.take()).toEqual([]);
  vi.advanceTimersByTime(5_000);
  expect(said).toEqual([]);
});

it('a question that nobody came to hear is answered with an error, so that the server does not wait', () => {
  unheard.keep(event('question'), 0);
  vi.advanceTimersByTime(1_000);
  expect(said.map((json) => JSON.parse(json) as unknown)).toMatchObject([{ id: 0, error: { code: -32000 } }]);
  expect(unheard.take()).toEqual([]);
});

it('a question that has to make room is answered as well', () => {
  unheard.keep(event('question'), 'first');
  for (let i = 0; i < 100; i++) unheard.keep(event('note'), undefined);
  expect(said).toHaveLength(1);
  expect(unheard.take()).toHaveLength(100);
});
