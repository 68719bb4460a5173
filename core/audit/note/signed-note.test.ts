import { expect, test } from 'vitest';
import { parseSigningKey, parseVerifierKey, signingKey } from './note-keys.ts';
import { parseNote, signNote, verifyNote } from './signed-note.ts';

/** The example of golang.org/x/mod/sumdb/note. */
const VERIFIER = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
const SIGNER = parseSigningKey(
  ['PRIVATE', 'KEY', 'PeterNeumann', 'c74f20a3', 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'].join('+'),
);
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
const other = signingKey('other.example', Buffer.alloc(32, 7));
const verdict = (note: string, keys: readonly (typeof VERIFIER)[]) => {
  const parsed = parseNote(note);
  return parsed === undefined
    ? undefined
    : verifyNote(
        parsed,
        keys.filter((key) => key !== undefined),
      );
};

test('a note is signed byte for byte as Go signs it', () => {
  expect(SIGNER === undefined ? '' : signNote(TEXT, SIGNER)).toBe(NOTE);
});

test('a note that Go signed is verified', () => {
  expect(verdict(NOTE, [VERIFIER])).toEqual({ by: VERIFIER });
});

test('a note that was edited is not', () => {
  expect(verdict(NOTE.replace('answer', 'reason'), [VERIFIER])).toBe('wrong');
});

test('a key that has not signed makes it neither right nor wrong', () => {
  expect(verdict(NOTE, [other.verifier])).toBe('unknown');
  expect(verdict(NOTE, [])).toBe('unknown');
  expect(verdict(NOTE, [other.verifier, VERIFIER])).toEqual({ by: VERIFIER });
});

test('of several signatures those of strangers are passed over', () => {
  const both = `${NOTE}${signNote(TEXT, other).slice(TEXT.length + 1)}`;
  expect(verdict(both, [other.verifier])).toEqual({ by: other.verifier });
});

test('a wrong signature of a known key spoils the right one of another', () => {
  const forged = signNote('another text\n', other).split('\n').at(-2);
  expect(verdict(`${NOTE}${forged}\n`, [VERIFIER, other.verifier])).toBe('wrong');
});

test.each([
  ['without a signature', TEXT],
  ['without an empty line', NOTE.replace('\n\n', '\n')],
  ['with a carriage return', NOTE.replace('\n', '\r\n')],
  ['whose signature is cut off', `${TEXT}\n— PeterNeumann x08g\n`],
  ['whose last line has no end', NOTE.slice(0, -1)],
  ['with something behind it', `${NOTE}x\n`],
  ['that has no UTF-8', NOTE.replace('answer', '\ud800')],
  ['that is too long', `${'x'.repeat(70_000)}\n${NOTE}`],
])('a note %s is none', (_, note) => {
  expect(parseNote(note)).toBeUndefined();
});

test('a signature that is there twice is verified once, and a hundred lines of them are enough', () => {
  const line = NOTE.slice(TEXT.length + 1);
  const [, name = '', value = ''] = line.trimEnd().split(' ');
  const wrong = `— ${name} ${value.slice(0, 20)}${value[20] === 'A' ? 'B' : 'A'}${value.slice(21)}\n`;
  expect(verdict(`${NOTE}${wrong}`, [VERIFIER])).toEqual({ by: VERIFIER });
  expect(verdict(`${TEXT}\n${wrong}${line}`, [VERIFIER])).toBe('wrong');
  expect(verdict(`${NOTE}${line.repeat(99)}`, [VERIFIER])).toEqual({ by: VERIFIER });
  expect(parseNote(`${NOTE}${line.repeat(100)}`)).toBeUndefined();
});
