import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { keepWitnessed } from './witnessed-file.ts';

const note = (stream: string, size: number) => `sallyport/${stream}\n${size}\nroot\n\n— gate x\n— witness y\n`;

test('of each stream the newest is kept, with an empty line between two', async () => {
  const path = join(temporaryFolder(), 'deep', 'audit.witnessed');
  await keepWitnessed(path, note('a', 1));
  expect(readFileSync(path, 'utf8')).toBe(note('a', 1));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await keepWitnessed(path, note('b', 5));
  await keepWitnessed(path, note('a', 2));
  await keepWitnessed(path, note('ab', 7));
  expect(readFileSync(path, 'utf8')).toBe(`${note('b', 5)}\n${note('a', 2)}\n${note('ab', 7)}`);
});

test('streams of long ago make room', async () => {
  const path = join(temporaryFolder(), 'audit.witnessed');
  for (let n = 0; n < 70; n += 1) await keepWitnessed(path, note(`s${n}`, 1));
  const text = readFileSync(path, 'utf8');
  expect(text.startsWith(note('s6', 1))).toBe(true);
  expect(text.endsWith(note('s69', 1))).toBe(true);
});

test('a place that cannot be written is said', async () => {
  await expect(keepWitnessed('/proc/no/audit.witnessed', note('a', 1))).rejects.toThrow(/ENOENT|EACCES|EPERM/);
});
