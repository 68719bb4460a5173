import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDirectory } from './make-directory.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'make-directory-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('makes what is missing, for nobody else to read, and leaves what is there', () => {
  const path = join(folder, 'a', 'b');
  makeDirectory(path);
  makeDirectory(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
});

test('a file in the way is an error', () => {
  writeFileSync(join(folder, 'plain'), '');
  expect(() => makeDirectory(join(folder, 'plain', 'a'))).toThrow(/ENOTDIR/);
  expect(() => makeDirectory(join(folder, 'plain'))).toThrow(/EEXIST/);
});

test.skipIf(process.platform !== 'linux')('where the system makes none it comes back with an error', () => {
  expect(() => makeDirectory('/proc/sallyport/a/b')).toThrow(/ENOENT/);
});
