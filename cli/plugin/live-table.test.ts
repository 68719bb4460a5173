import { expect, test } from 'vitest';
import { LiveTable } from './live-table.ts';

function drawn(size: { columns?: number; rows?: number }, ...texts: string[]): string[] {
  const written: string[] = [];
  const table = new LiveTable({ ...size, write: (text) => written.push(text) });
  for (const text of texts) table.draw(text);
  return written;
}

test('stands in the place of what was there before', () => {
  expect(drawn({}, 'A\n1\n2\n', 'A\n1\n')).toEqual(['\u001b[0JA\n1\n2\n', '\u001b[3F\u001b[0JA\n1\n']);
});

test('has no line that the terminal would break, and no more lines than it has', () => {
  const many = Array.from({ length: 9 }, (_, i) => `line ${i} ${'日'.repeat(20)}`).join('\n');
  const [text = ''] = drawn({ columns: 20, rows: 6 }, many);
  expect(text).toBe(
    `\u001b[0J${['0', '1', '2'].map((i) => `line ${i} ${'日'.repeat(5)}…`).join('\n')}\n… and 6 more\n`,
  );
});
