import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cosignatureLine } from '../../core/audit/note/cosignature.ts';
import { cosigningKey } from '../../core/audit/note/note-keys.ts';
import { parseLine } from '../../core/audit/parse-line.ts';
import { KEY, OTHER_KEY, signedStream } from '../../core/audit/testing/signed-stream.ts';
import { folderWith } from '../testing/run-cli.ts';
import { readCheckpoint, readKeys, readWitnessedFile, readWitnessKeys } from './keys.ts';

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

const WITNESS = cosigningKey('witness.example.com/w1', Buffer.alloc(32, 3));
const TEXT = CHECKPOINT.slice(0, CHECKPOINT.indexOf('\n\n') + 1);
const COSIGNED = `${CHECKPOINT}${cosignatureLine(TEXT, 1_795_255_200, WITNESS)}`;

test('keys of witnesses may stand among those of gates, and each is taken for what it is', () => {
  const keys = [file(`${WITNESS.verifier.text}\n${KEY.verifier.text}\n`)];
  expect(readKeys(keys)?.map(({ name }) => name)).toEqual(['sallyport/default/files']);
  expect(readWitnessKeys(keys).map(({ name }) => name)).toEqual(['witness.example.com/w1']);
  expect(readKeys([WITNESS.verifier.text])).toBeUndefined();
});

test('checkpoints that a witness has cosigned are read, with witness, time and server', () => {
  expect(readWitnessedFile(file(`${COSIGNED}\n${COSIGNED}`), [WITNESS.verifier])).toMatchObject([
    { origin: 'sallyport/s1', size: 3, server: 'default/files', cosignatures: [{ time: 1_795_255_200 }] },
    { size: 3, name: expect.stringMatching(/:8$/) as string },
  ]);
});

test.each([
  ['a file that no witness has signed', CHECKPOINT, 'line 1: the checkpoint of sallyport/s1 there has no cosignature'],
  ['one whose second is none', `${COSIGNED}\nhello\n`, 'line 8: no checkpoint begins there'],
  ['one that somebody has edited', COSIGNED.replace('s1\n3\n', 's1\n4\n'), 'there is not what the witness has signed'],
])('%s is refused', (_, text, words) => {
  expect(() => readWitnessedFile(file(text), [WITNESS.verifier])).toThrow(words);
});

test('without the key of a witness it proves nothing, and is refused', () => {
  expect(() => readWitnessedFile(file(COSIGNED), [])).toThrow('--witnessed proves nothing without the key');
});
