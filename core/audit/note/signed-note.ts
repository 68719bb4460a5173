/** Text with signatures below it: C2SP signed-note (https://c2sp.org/signed-note). */
import { sign, verify } from 'node:crypto';
import type { SigningKey, VerifierKey } from './note-keys.ts';

/** Ours have some 300 bytes; of witnesses the specification wants sixteen. */
const MAX_LENGTH = 64 * 1024;
/** As many as golang.org/x/mod/sumdb/note takes: each may cost whoever verifies a signature. */
const MAX_SIGNATURES = 100;
const ID_BYTES = 4;
const SIGNATURE = /^— (?<name>[^\s+]+) (?<value>[A-Za-z0-9+/]+={0,2})$/u;

export interface NoteSignature {
  readonly name: string;
  /** 8 hex digits. */
  readonly id: string;
  readonly value: Buffer;
}

export interface SignedNote {
  /** With its last newline: what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** `text` ends in a newline. */
export function signNote(text: string, { privateKey, verifier }: SigningKey): string {
  const signature = Buffer.concat([Buffer.from(verifier.id, 'hex'), sign(null, Buffer.from(text), privateKey)]);
  return `${text}\n— ${verifier.name} ${signature.toString('base64')}\n`;
}

/** Undefined for what is no signed note. Nothing is verified by it. */
export function parseNote(note: string): SignedNote | undefined {
  if (note.length > MAX_LENGTH || !isNoteText(note)) return undefined;
  const end = note.lastIndexOf('\n\n');
  if (end === -1 || !note.endsWith('\n')) return undefined;
  const signatures: NoteSignature[] = [];
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const { name, value } = SIGNATURE.exec(line)?.groups ?? {};
    const bytes = Buffer.from(value ?? '', 'base64');
    if (name === undefined || bytes.length <= ID_BYTES) return undefined;
    if (signatures.length >= MAX_SIGNATURES) return undefined;
    signatures.push({ name, id: bytes.toString('hex', 0, ID_BYTES), value: bytes.subarray(ID_BYTES) });
  }
  return signatures.length === 0 ? undefined : { text: note.slice(0, end + 1), signatures };
}

/** No control characters but newlines (C2SP signed-note, Format), nor what has no UTF-8. */
function isNoteText(note: string): boolean {
  for (let at = 0; at < note.length; at += 1) {
    const unit = note.charCodeAt(at);
    if (unit < 0x20 && unit !== 0x0a) return false;
  }
  return note.isWellFormed();
}

/** `wrong`: a key that is known has not made the first signature that names it. `unknown`: none of them is named. */
export type NoteVerdict = { readonly by: VerifierKey } | 'wrong' | 'unknown';

export function verifyNote({ text, signatures }: SignedNote, keys: Iterable<VerifierKey>): NoteVerdict {
  let by: VerifierKey | undefined;
  for (const key of keys) {
    const own = signatures.find(({ name, id }) => name === key.name && id === key.id);
    if (own === undefined) continue;
    if (!verify(null, Buffer.from(text), key.publicKey, own.value)) return 'wrong';
    by ??= key;
  }
  return by === undefined ? 'unknown' : { by };
}
