import { expect, test } from 'vitest';
import { announceKey, announcedKey } from './key-announcement.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { parseSigningKey, signingKey, signingKeyText } from './note-keys.ts';
import { parseNote, signNote } from './signed-note.ts';

const NAME = 'sallyport/default/files';
const first = signingKey(NAME, Buffer.alloc(32, 1));
const second = signingKey(NAME, Buffer.alloc(32, 2));
const stranger = signingKey('sallyport/default/other', Buffer.alloc(32, 3));

test('a key that trusts the one before is led to the next', () => {
  expect(announcedKey(announceKey(second.verifier, first), first.verifier)?.text).toBe(second.verifier.text);
});

test.each([
  ['by another key than the one that is trusted', announceKey(second.verifier, second), first],
  ['of a key of another name', announceKey(stranger.verifier, first), first],
  [
    'that names another signer than its own',
    signNote(`sallyport.dev/next-key\n${second.verifier.text}\n${second.verifier.text}\n`, first),
    first,
  ],
  ['with another header', signNote(`other\n${first.verifier.text}\n${second.verifier.text}\n`, first), first],
  [
    'with a line too many',
    signNote(`sallyport.dev/next-key\n${first.verifier.text}\n${second.verifier.text}\nx\n`, first),
    first,
  ],
  ['with a name for a key', signNote(`sallyport.dev/next-key\n${first.verifier.text}\n${NAME}\n`, first), first],
  ['that is no note', 'hello', first],
])('an announcement %s leads nowhere', (_, note, { verifier }) => {
  expect(announcedKey(note, verifier)).toBeUndefined();
});

test('it is no checkpoint, whatever a verifier takes for one', () => {
  expect(parseCheckpoint(parseNote(announceKey(second.verifier, first))?.text ?? '')).toBeUndefined();
});

test('a key is written as it is read', () => {
  expect(parseSigningKey(signingKeyText(first))?.verifier.text).toBe(first.verifier.text);
});
