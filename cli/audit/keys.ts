/** What somebody keeps elsewhere to hold a log against: keys of gates, and checkpoints. */
import { existsSync, readFileSync } from 'node:fs';
import { parseCheckpoint } from '../../core/audit/note/checkpoint.ts';
import {
  parseVerifierKey,
  parseWitnessKey,
  type VerifierKey,
  type WitnessKey,
} from '../../core/audit/note/note-keys.ts';
import { parseNote, verifyNote } from '../../core/audit/note/signed-note.ts';
import type { KeptCheckpoint } from '../../core/audit/kept-checkpoints.ts';
import { readWitnessed } from '../../core/audit/witnessed-notes.ts';
import { systemReason, usageError, UserError } from '../errors.ts';
import { visible } from '../../core/shown/terminal-text.ts';
import { UNREADABLE } from './files.ts';

/**
 * Of gates. Each value is a verifier key or the name of a file with one in each line, such as a gate's audit.pub; keys of witnesses may stand
 * among them. Undefined where none is given.
 */
export function readKeys(values: readonly string[]): VerifierKey[] | undefined {
  const { gates } = readAll(values);
  return gates.length === 0 ? undefined : gates;
}

/** Of witnesses, from the same values: a key says itself which kind it is. */
export function readWitnessKeys(values: readonly string[]): WitnessKey[] {
  return readAll(values).witnesses;
}

function readAll(values: readonly string[]): { gates: VerifierKey[]; witnesses: WitnessKey[] } {
  const gates: VerifierKey[] = [];
  const witnesses: WitnessKey[] = [];
  const takes = (text: string): boolean => {
    const [gate, witness] = [parseVerifierKey(text), parseWitnessKey(text)];
    if (gate !== undefined) gates.push(gate);
    if (witness !== undefined) witnesses.push(witness);
    return gate !== undefined || witness !== undefined;
  };
  for (const value of values) if (!takes(value)) readKeyFile(value, takes);
  return { gates, witnesses };
}

function readKeyFile(path: string, takes: (line: string) => boolean): void {
  if (!existsSync(path)) {
    const mend = 'give what is in audit.pub beside the log (sallyport/…+1a2b3c4d+…), or the path of such a file';
    throw usageError(`--key ${path} is neither a verifier key nor a file`, mend);
  }
  for (const [at, line] of read(path).split('\n').entries()) {
    if (line.trim() === '' || takes(line)) continue;
    const isPrivate = line.startsWith('PRIVATE+KEY');
    const mend = isPrivate
      ? 'this is the key that the gate signs with, a secret; give audit.pub, which lies beside it'
      : 'one key in each line, as in audit.pub';
    throw usageError(`line ${at + 1} of ${path} is no verifier key`, mend);
  }
}

/** A file of checkpoints that witnesses have cosigned, one below the other. Each must be by one of these keys. */
export function readWitnessedFile(path: string, witnesses: readonly WitnessKey[]): readonly KeptCheckpoint[] {
  if (witnesses.length === 0)
    throw usageError('--witnessed proves nothing without the key of its witness', 'give that with --key as well');
  const kept = readWitnessed(read(path), path, witnesses);
  if (!('problem' in kept)) return kept;
  const mend = 'give the file as its witness handed it out, and the key of that witness';
  throw usageError(`${path}, line ${kept.line}: ${visible(kept.problem)}`, mend);
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
