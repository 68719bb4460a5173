import { rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { identifyReader, type ReaderCheck, tokenFileReader } from './readers.ts';

function tokenFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-token-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'token');
  writeFileSync(file, text);
  return file;
}

test('the token of the file lets in, another one does not, and the file may change', async () => {
  const file = tokenFile('secret\n');
  const ask = (header: string | undefined) => identifyReader(header, 'get', undefined, [tokenFileReader(file)]);
  expect(await ask('Bearer secret')).toMatchObject({ kind: 'reader' });
  expect(await ask('bearer secret')).toMatchObject({ kind: 'reader' });
  for (const header of [undefined, '', 'secret', 'Basic secret', 'Bearer secret2', 'Bearer sec', 'Bearer a b'])
    expect(await ask(header)).toMatchObject({ kind: 'refused', status: 401 });
  writeFileSync(file, 'another');
  expect(await ask('Bearer secret')).toMatchObject({ status: 401 });
  rmSync(file);
  expect(await ask('Bearer another')).toMatchObject({ status: 503 });
});

test('an empty file lets nobody in', async () => {
  const check = tokenFileReader(tokenFile('\n'));
  expect(await check('', 'get', undefined)).toMatchObject({ kind: 'refused' });
});

test('one of several ways is enough; without any, nobody reads', async () => {
  const no: ReaderCheck = async () => ({ kind: 'refused', status: 403, why: 'no' });
  const yes: ReaderCheck = async (token, verb, server) => ({ kind: 'reader', name: `${token} ${verb} ${server}` });
  expect(await identifyReader('Bearer x', 'get', 'a/b', [no, yes])).toEqual({ kind: 'reader', name: 'x get a/b' });
  expect(await identifyReader('Bearer x', 'get', 'a/b', [no])).toMatchObject({ status: 403 });
  expect(await identifyReader('Bearer x', 'get', 'a/b', [])).toMatchObject({ status: 401 });
});
