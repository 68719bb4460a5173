import { expect, it } from 'vitest';
import { shortText } from './short-text.ts';

async function* sent(...chunks: string[]) {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

it.each([
  [[], ''],
  [['de', 'bug'], 'debug'],
  [['a'.repeat(8)], 'a'.repeat(8)],
  [['a'.repeat(9), 'b'], 'a'.repeat(9)],
  [['a'.repeat(5), 'b'.repeat(5), 'c'.repeat(5)], 'aaaaabbbb'],
])('%j', async (chunks, text) => {
  expect(await shortText(sent(...chunks), 8)).toBe(text);
});
