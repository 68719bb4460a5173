/** What somebody keeps elsewhere to hold a log against: keys of gates, and checkpoints. */
import { existsSync, readFileSync } from 'node:fs';
import { parseCheckpoint } from '../../core/audit/note/checkpoint.ts';
import { parseVerifierKey, type VerifierKey } from '../../core/audit/note/note-keys.ts';
import { parseNote, verifyNote } from '../../core/audit/note/signed-note.ts';
import type { KeptCheckpoint } from '../../core/audit/signed-lines.ts';
import { systemReason, usageError, UserError } from '../errors.ts';
import { UNREADABLE } from './files.ts';

/** Each value is a verifier key or the name of a file with one in each line, such as a gate's audit.pub. Undefined where none is given. */
export function readKeys(values: readonly string[]): VerifierKey[] | undefined {
  const keys = values.flatMap((value) => {
    const key = parseVerifierKey(value);
    return key === undefined ? keysIn(value) : [key];
  });
  return keys.length === 0 ? undefined : keys;
}

function keysIn(path: string): VerifierKey[] {
  if (!existsSync(path)) {
    const mend = 'give what is in audit.pub beside the log (sallyport/…+1a2b3c4d+…), or the path of such a file';
    throw usageError(`--key ${path} is neither a verifier key nor a file`, mend);
  }
  const lines = read(path)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line, at) => {
    const key = parseVerifierKey(line);
    if (key !== undefined) return key;
    const isPrivate = line.startsWith('PRIVATE+KEY');
    const mend = isPrivate
      ? 'this is the key that the gate signs with, a secret; give audit.pub, which lies beside it'
      : 'one key in each line, as in audit.pub';
    throw usageError(`line ${at + 1} of ${path} is no verifier key`, mend);
  });
}

/** Where keys are given, it must be signed by one of them; else it is believed, since whoever kept it knows where it is from. */
export function readCheckpoint(path: string, keys: readonly VerifierKey[] | undefined): KeptCheckpoint {
  const note = parseNote(read(path));
  const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || checkpoint === undefined)
    throw usageError(`${path} is no checkpoint`, 'keep what `sallyport audit checkpoint` prints as it is');
  if (keys !== undefined && typeof verifyNote(note, keys) === 'string')
    throw usageError(`${path} is not signed by a key that was given`, 'give the key of its gate with --key as well');
  return { ...checkpoint, name: path };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(
      `cannot read ${path}: ${systemReason(error)}`,
      'check the path and its permissions',
      UNREADABLE,
    );
  }
}
