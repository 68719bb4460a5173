import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readAt } from './read-at.ts';

test('gives the bytes from there on, and fewer behind the end', () => {
  const folder = mkdtempSync(join(tmpdir(), 'read-at-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'a');
  writeFileSync(file, 'abcdef');
  const fd = openSync(file, 'r');
  onTestFinished(() => closeSync(fd));
  expect([readAt(fd, 2, 3), readAt(fd, 4, 9), readAt(fd, 7, 1)].map(String)).toEqual(['cde', 'ef', '']);
});
