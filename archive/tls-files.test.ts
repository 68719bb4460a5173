import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isSame, readTlsFiles } from './tls-files.ts';

test('there is nothing until all of it is there, and what is there may change', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(readTlsFiles(join(folder, 'nowhere'))).toBeUndefined();
  for (const name of ['tls.crt', 'tls.key']) writeFileSync(join(folder, name), name);
  writeFileSync(join(folder, 'ca.crt'), '');
  expect(readTlsFiles(folder)).toBeUndefined();
  writeFileSync(join(folder, 'ca.crt'), 'ca.crt');
  const material = { cert: 'tls.crt', key: 'tls.key', ca: 'ca.crt' };
  expect(readTlsFiles(folder)).toEqual(material);
  expect(isSame(material, { ...material })).toBe(true);
  for (const name of ['cert', 'key', 'ca']) expect(isSame(material, { ...material, [name]: 'other' })).toBe(false);
  rmSync(join(folder, 'tls.key'));
  mkdirSync(join(folder, 'tls.key'));
  expect(() => readTlsFiles(folder)).toThrow('EISDIR');
});
