import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { readLastLine } from './last-line.ts';

function lastOf(content: string): { text: string; terminated: boolean } | undefined {
  const path = join(temporaryFolder(), 'a');
  writeFileSync(path, content);
  const fd = openSync(path, 'r');
  try {
    const last = readLastLine(fd);
    return last === undefined ? undefined : { text: last.bytes.toString(), terminated: last.terminated };
  } finally {
    closeSync(fd);
  }
}

const BLOCK = 64 * 1024;
const long = 'x'.repeat(3 * BLOCK + 7);

const cases: Record<string, [content: string, text: string, terminated: boolean]> = {
  'is the one before the last newline': ['a\nb\n', 'b', true],
  'is torn where no newline ends it': ['a\nb', 'b', false],
  'is the only one': ['a\n', 'a', true],
  'is the only one, torn': ['a', 'a', false],
  'may be empty': ['a\n\n', '', true],
  'may be nothing but a newline': ['\n', '', true],
  'may be longer than a block': [`a\n${long}\n`, long, true],
  'may be all there is, and longer than a block': [long, long, false],
  'may begin where a block begins': [`a\n${'x'.repeat(BLOCK)}`, 'x'.repeat(BLOCK), false],
  'may begin one byte behind a block': [`a\n${'x'.repeat(BLOCK - 1)}`, 'x'.repeat(BLOCK - 1), false],
  'has bytes of several letters whole': [`a\n${'ü'.repeat(BLOCK)}\n`, 'ü'.repeat(BLOCK), true],
};
for (const [name, [content, text, terminated]] of Object.entries(cases)) {
  test(`the last line ${name}`, () => expect(lastOf(content)).toEqual({ text, terminated }));
}

test('an empty file has none', () => expect(lastOf('')).toBeUndefined());
