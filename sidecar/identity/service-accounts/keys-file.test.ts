import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SERVICE_ACCOUNT_KEYS_FILE } from '../../../core/service-account-keys.ts';
import { cleanupAfterEach } from '../../../test/support/cleanup.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { KeysFile } from './keys-file.ts';

const { defer } = cleanupAfterEach();

function keysFile() {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-keys-'));
  const told: (string | undefined)[] = [];
  const file = new KeysFile(directory, (problem) => told.push(problem));
  defer(() => {
    file.close();
    rmSync(directory, { recursive: true });
  });
  const path = join(directory, SERVICE_ACCOUNT_KEYS_FILE);
  return { file, told, path, write: (text: string) => writeFileSync(path, text) };
}

const text = (issuer: string) => JSON.stringify({ issuer, keys: [{ kty: 'EC', kid: 'a' }] });

it('finds the keys that lie there, and others as soon as they do', async () => {
  const { file, told, write } = keysFile();
  expect(file.current()).toBeUndefined();
  write(text('https://a.example'));
  await eventually('it was read', () => file.current()?.issuer === 'https://a.example');
  write(text('https://other.example'));
  await eventually('it was read again', () => file.current()?.issuer === 'https://other.example');
  expect(told).toEqual([undefined, undefined]);
});

it('stays with those of before when the file is gone, or is none', async () => {
  const { file, told, path, write } = keysFile();
  write(text('https://a.example'));
  await eventually('it was read', () => file.current() !== undefined);
  write('{');
  await eventually('it was told', () => told.length === 2);
  rmSync(path);
  await eventually('it is seen that it is gone', () => file.current() !== undefined);
  expect(file.current()?.issuer).toBe('https://a.example');
  expect(told[1]).toMatch(/holds no keys; those of before stay/);
});
