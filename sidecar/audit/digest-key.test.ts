import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { loadOrCreateKey } from './digest-key.ts';

test('a key is made once, of 32 bytes, for nobody else to read', () => {
  const path = join(temporaryFolder(), 'state', 'digest.key');
  const key = loadOrCreateKey(path);
  expect(key).toHaveLength(32);
  expect(loadOrCreateKey(path)).toEqual(key);
  expect(readFileSync(path)).toEqual(key);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(path, '..'))).toEqual(['digest.key']);
});

test('no two keys are the same', () => {
  const folder = temporaryFolder();
  expect(loadOrCreateKey(join(folder, 'a'))).not.toEqual(loadOrCreateKey(join(folder, 'b')));
});

test.each([0, 31, 33])('a file of %i bytes is no key, and is left as it is', (bytes) => {
  const path = join(temporaryFolder(), 'digest.key');
  writeFileSync(path, Buffer.alloc(bytes));
  expect(() => loadOrCreateKey(path)).toThrow(`is no digest key: it has ${bytes} bytes instead of 32`);
  expect(readFileSync(path)).toHaveLength(bytes);
});

test('what a process left that ended in the middle of it is in nobody’s way', () => {
  const path = join(temporaryFolder(), 'digest.key');
  writeFileSync(`${path}.${process.pid}`, 'half');
  expect(loadOrCreateKey(path)).toHaveLength(32);
});

test('a folder in its place is an error', () => {
  const path = join(temporaryFolder(), 'digest.key');
  mkdirSync(path);
  expect(() => loadOrCreateKey(path)).toThrow(/EISDIR/);
});
