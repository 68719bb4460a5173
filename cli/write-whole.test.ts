import { chmodSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith } from './testing/run-cli.ts';
import { writeWhole } from './write-whole.ts';

it('replaces a file, with the mode asked for and nothing left beside it', () => {
  const folder = folderWith({ a: 'old' });
  chmodSync(join(folder, 'a'), 0o644);
  writeWhole(join(folder, 'a'), 'new', 0o600);
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('new');
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['a']);
});

it('gives a new file to those who had the old one open only by name', () => {
  const folder = folderWith({ a: 'old' });
  const before = statSync(join(folder, 'a')).ino;
  writeWhole(join(folder, 'a'), 'new', 0o600);
  expect(statSync(join(folder, 'a')).ino).not.toBe(before);
});

it('says what is in the way', () => {
  expect(() => writeWhole('/nowhere/at/all/a', 'x', 0o600)).toThrow(
    'cannot write /nowhere/at/all/a: it does not exist',
  );
});
