import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readTlsFiles } from './tls-files.ts';

test('there is nothing until both are there, and what cannot be read is an error', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(readTlsFiles(join(folder, 'nowhere'))).toBeUndefined();
  writeFileSync(join(folder, 'tls.crt'), 'cert');
  writeFileSync(join(folder, 'tls.key'), '');
  expect(readTlsFiles(folder)).toBeUndefined();
  writeFileSync(join(folder, 'tls.key'), 'key');
  expect(readTlsFiles(folder)).toEqual({ cert: 'cert', key: 'key' });
  rmSync(join(folder, 'tls.key'));
  mkdirSync(join(folder, 'tls.key'));
  expect(() => readTlsFiles(folder)).toThrow('EISDIR');
});
