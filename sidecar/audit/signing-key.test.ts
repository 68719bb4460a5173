import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { loadOrCreateSigningKey } from './signing-key.ts';

test('is made once, for nobody else to read, with its public part beside it', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'deep', 'audit.key');
  const { verifier } = loadOrCreateSigningKey(path, 'sallyport/a/b');
  expect(verifier.name).toBe('sallyport/a/b');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, 'deep', 'audit.pub'), 'utf8')).toBe(`${verifier.text}\n`);
  expect(loadOrCreateSigningKey(path, 'sallyport/a/b').verifier.text).toBe(verifier.text);
});

test('a public part that was removed or overwritten is there again', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'audit.key');
  const { verifier } = loadOrCreateSigningKey(path, 'sallyport/a/b');
  writeFileSync(join(folder, 'audit.pub'), 'another');
  loadOrCreateSigningKey(path, 'sallyport/a/b');
  expect(readFileSync(join(folder, 'audit.pub'), 'utf8')).toBe(`${verifier.text}\n`);
});

test('a public part that is right is not written again: the disk may be full', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'audit.key');
  loadOrCreateSigningKey(path, 'sallyport/a/b');
  utimesSync(join(folder, 'audit.pub'), 1, 1);
  loadOrCreateSigningKey(path, 'sallyport/a/b');
  expect(statSync(join(folder, 'audit.pub')).mtimeMs).toBe(1000);
});

test('a file that holds something else is refused, not overwritten', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'audit.key');
  writeFileSync(path, 'hello');
  expect(() => loadOrCreateSigningKey(path, 'sallyport/a/b')).toThrow(
    /audit\.key is no signing key .*put back what was in it/,
  );
  expect(readFileSync(path, 'utf8')).toBe('hello');
});
