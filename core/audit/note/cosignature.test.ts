import { describe, expect, test } from 'vitest';
import { cosignatureLine, cosignaturesOf } from './cosignature.ts';
import { cosigningKey, parseVerifierKey, parseWitnessKey, signingKey } from './note-keys.ts';
import { parseNote, signNote } from './signed-note.ts';

const TEXT = 'sallyport/s1\n5\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n';
const GATE = signingKey('sallyport/default/files', Buffer.alloc(32, 1));
const WITNESS = cosigningKey('witness.example.com/w1', Buffer.alloc(32, 3));
const TIME = 1_795_255_200;

const noteOf = (...lines: string[]) => {
  const note = parseNote(`${signNote(TEXT, GATE)}${lines.join('')}`);
  if (note === undefined) throw new Error('no note');
  return note;
};

/** The line with this byte of its signature changed. */
function changed(line: string, at: number): string {
  const [dash = '', name = '', value = ''] = line.trimEnd().split(' ');
  const bytes = Buffer.from(value, 'base64');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return `${dash} ${name} ${bytes.toString('base64')}\n`;
}

describe('the example of C2SP tlog-cosignature', () => {
  // Made by its author's witness: https://c2sp.org/tlog-cosignature.
  const example = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

  test('is a note with the time it says', () => {
    const [, second] = parseNote(example)?.signatures ?? [];
    expect(second).toMatchObject({ name: 'witness.example.com/w1', id: '8d66cf3f' });
    expect(second?.value.readBigUInt64BE()).toBe(1679315147n);
  });
});

test('a cosignature is read with its witness and its time, whoever else has signed', () => {
  const other = cosigningKey('other', Buffer.alloc(32, 4));
  const note = noteOf(cosignatureLine(TEXT, TIME, other), cosignatureLine(TEXT, TIME + 1, WITNESS));
  expect(cosignaturesOf(note, [WITNESS.verifier])).toEqual([{ by: WITNESS.verifier, time: TIME + 1 }]);
  expect(cosignaturesOf(note, [other.verifier, WITNESS.verifier])).toMatchObject([{ time: TIME }, { time: TIME + 1 }]);
  expect(cosignaturesOf(noteOf(), [WITNESS.verifier])).toEqual([]);
});

test.each([
  ['the time', 4 + 7],
  ['a time beyond all', 4],
  ['the signature', 20],
])('with another byte in %s it is wrong', (_, at) => {
  const line = changed(cosignatureLine(TEXT, TIME, WITNESS), at);
  expect(cosignaturesOf(noteOf(line), [WITNESS.verifier])).toBe('wrong');
});

test('a signature without a time is none', () => {
  const [dash, name, value = ''] = cosignatureLine(TEXT, TIME, WITNESS).trimEnd().split(' ');
  const bytes = Buffer.from(value, 'base64');
  const short = Buffer.concat([bytes.subarray(0, 4), bytes.subarray(12)]).toString('base64');
  expect(cosignaturesOf(noteOf(`${dash} ${name} ${short}\n`), [WITNESS.verifier])).toBe('wrong');
});

test('a key of a witness is no key of a log, nor the other way round', () => {
  expect(WITNESS.verifier.text).toMatch(/^witness\.example\.com\/w1\+[0-9a-f]{8}\+B[A-Za-z0-9+/]{43}$/);
  expect(parseWitnessKey(WITNESS.verifier.text)).toMatchObject({ id: WITNESS.verifier.id, cosigns: true });
  expect(parseVerifierKey(WITNESS.verifier.text)).toBeUndefined();
  expect(parseWitnessKey(GATE.verifier.text)).toBeUndefined();
});
