import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseLine } from '../../core/audit/parse-line.ts';
import { KEY, OTHER_KEY, signedStream } from '../../core/audit/testing/signed-stream.ts';
import { folderWith } from '../testing/run-cli.ts';
import { readCheckpoint, readKeys } from './keys.ts';

const file = (text: string): string => join(folderWith({ file: text }), 'file');
const CHECKPOINT = parseLine(signedStream()[3] ?? '').fields?.checkpoint ?? '';

test('keys are given as they are, or in files with one in each line', () => {
  const { text } = KEY.verifier;
  expect(readKeys([text, file(`${text}\n\n${OTHER_KEY.verifier.text}\n`)])?.map((key) => key.text)).toEqual([
    text,
    text,
    OTHER_KEY.verifier.text,
  ]);
  expect(readKeys([])).toBeUndefined();
});

test('a word that is neither key nor file is refused with both ways to mend it', () => {
  expect(() => readKeys(['gate'])).toThrow('--key gate is neither a verifier key nor a file');
});

test('a file with something else is refused with its line', () => {
  expect(() => readKeys([file(`${KEY.verifier.text}\nhello\n`)])).toThrow(/line 2 of .* is no verifier key/);
});

test('who gives the secret key is told which one to give', () => {
  const secret = file(['PRIVATE', 'KEY', 'x', '00000000', 'AAAA'].join('+'));
  expect(() => readKeys([secret])).toThrow(
    expect.objectContaining({ mend: expect.stringContaining('audit.pub') as string }) as Error,
  );
});

test('a checkpoint that was kept is read, and held against the keys that are given', () => {
  const path = file(CHECKPOINT);
  expect(readCheckpoint(path, undefined)).toMatchObject({ origin: 'sallyport/s1', size: 3, name: path });
  expect(readCheckpoint(path, [KEY.verifier]).size).toBe(3);
  expect(() => readCheckpoint(path, [OTHER_KEY.verifier])).toThrow('is not signed by a key that was given');
});

test('what is no checkpoint, or cannot be read, is refused', () => {
  expect(() => readCheckpoint(file('hello'), undefined)).toThrow('is no checkpoint');
  expect(() => readCheckpoint('/nowhere/x', undefined)).toThrow('cannot read /nowhere/x: it does not exist');
});
