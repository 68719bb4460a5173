import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { readOrMake } from './key-file.ts';

const unmade = (): never => {
  throw new Error('made although it is there');
};

test('a file that is not there is made with what it holds from then on, for nobody else to read', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'deep', 'a.key');
  expect(readOrMake(path, () => 'secret').toString()).toBe('secret');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readOrMake(path, unmade).toString()).toBe('secret');
  expect(readdirSync(join(folder, 'deep'))).toEqual(['a.key']);
});

test('whoever is second takes what the first one made', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a.key');
  const made = readOrMake(path, () => {
    writeFileSync(path, 'first');
    return 'second';
  });
  expect(made.toString()).toBe('first');
  expect(readFileSync(path, 'utf8')).toBe('first');
});

test('what cannot be read is told, not made anew', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a.key');
  mkdirSync(path);
  expect(() => readOrMake(path, unmade)).toThrow('EISDIR');
});
