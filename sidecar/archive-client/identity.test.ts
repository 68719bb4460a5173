import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { FileIdentity } from './identity.ts';

test('files are read again when they change, and are the same object until then', async () => {
  const folder = temporaryFolder();
  const [cert, key, ca] = ['cert', 'key', 'ca'].map((name) => join(folder, name)) as [string, string, string];
  const identity = new FileIdentity(cert, key, ca);
  await expect(identity.current()).rejects.toThrow('the certificate file');
  for (const path of [cert, key, ca]) writeFileSync(path, path);
  const first = await identity.current();
  expect(first).toEqual({ cert, key, ca });
  expect(await identity.current()).toBe(first);
  for (const path of [cert, key, ca]) {
    const before = await identity.current();
    writeFileSync(path, `another ${path}`);
    expect(await identity.current()).not.toBe(before);
  }
  rmSync(ca);
  expect(await identity.current()).toMatchObject({ ca: `another ${ca}` });
  expect((await new FileIdentity(cert, key, undefined).current()).ca).toBeUndefined();
});
