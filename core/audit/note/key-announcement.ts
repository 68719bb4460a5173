/**
 * One key says which comes after it: a signed note (C2SP signed-note) whose text is three lines, `sallyport.dev/next-key`, the verifier key
 * that signs, and the one that follows. It is no checkpoint (C2SP tlog-checkpoint): its second line is no number.
 */
import { parseVerifierKey, type SigningKey, type VerifierKey } from './note-keys.ts';
import { parseNote, signNote, verifyNote } from './signed-note.ts';

const HEADER = 'sallyport.dev/next-key';

export function announceKey(next: VerifierKey, by: SigningKey): string {
  return signNote(`${HEADER}\n${by.verifier.text}\n${next.text}\n`, by);
}

/** The key that follows on `before`; undefined where the note is none of its own, or names a key of another name. */
export function announcedKey(note: string, before: VerifierKey): VerifierKey | undefined {
  const parsed = parseNote(note);
  if (parsed === undefined || typeof verifyNote(parsed, [before]) === 'string') return undefined;
  const [header, by, next = '', rest, ...more] = parsed.text.split('\n');
  if (header !== HEADER || by !== before.text || rest !== '' || more.length > 0) return undefined;
  const key = parseVerifierKey(next);
  return key?.name === before.name ? key : undefined;
}
