import { expect, it } from 'vitest';
import { textLeaves } from '../../mcp/text-leaves.ts';
import { windowsOf } from './over-borders.ts';

const windows = (value: unknown) => {
  const bytes = Buffer.from(JSON.stringify(value));
  return [...windowsOf(textLeaves(bytes, { start: 0, end: bytes.length }))];
};

it('each text is read on from those of its name in front of it', () => {
  const found = windows([{ text: 'ab' }, { other: 'x' }, { text: 'c' }, { text: '' }, { text: 'de' }]);
  expect(found.map(({ text, border, size }) => [text, border, size])).toEqual([
    ['abc', 2, 2],
    ['abcde', 3, 3],
  ]);
});

it('so many characters of each side are read', () => {
  const [window] = windows([{ text: 'a'.repeat(300) }, { text: 'b'.repeat(300) }]);
  expect(window?.text).toBe('a'.repeat(256) + 'b'.repeat(256));
});

it('places in it are places in the texts', () => {
  const window = windows([{ text: `${'-'.repeat(300)}ab` }, { text: 'c' }, { text: 'de' }]).at(-1);
  const at = window?.text.indexOf('bcd') ?? 0;
  const parts = window?.partsOf({ start: at, end: at + 3 }) ?? [];
  expect(parts.map(({ leaf, span }) => [leaf.text.slice(span.start, span.end), span.start])).toEqual([
    ['b', 301],
    ['c', 0],
    ['d', 0],
  ]);
});
