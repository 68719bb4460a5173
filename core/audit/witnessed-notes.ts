/** Checkpoints as a witness hands them on: the gate's notes with its cosignature below. What is not cosigned is none of them. */
import type { KeptCheckpoint } from './kept-checkpoints.ts';
import { parseCheckpoint } from './note/checkpoint.ts';
import { cosignaturesOf } from './note/cosignature.ts';
import type { WitnessKey } from './note/note-keys.ts';
import { parseNoteList } from './note/note-list.ts';
import { serverOfKey } from './signers.ts';

/** A file of them that cannot be taken for what it should be: from this line on, and why. */
export interface BadWitnessed {
  readonly line: number;
  readonly problem: string;
}

/** `name` is for the report. */
export function readWitnessed(
  list: string,
  name: string,
  witnesses: readonly WitnessKey[],
): readonly KeptCheckpoint[] | BadWitnessed {
  const kept: KeptCheckpoint[] = [];
  for (const { line, note, text } of parseNoteList(list)) {
    const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text);
    if (note === undefined || checkpoint === undefined) return { line, problem: 'no checkpoint begins there' };
    const cosignatures = cosignaturesOf(note, witnesses);
    if (cosignatures === 'wrong')
      return { line, problem: `the checkpoint of ${checkpoint.origin} there is not what the witness has signed` };
    if (cosignatures.length === 0)
      return {
        line,
        problem: `the checkpoint of ${checkpoint.origin} there has no cosignature of a witness that was given`,
      };
    const servers = note.signatures.flatMap(({ name: signer }) => serverOfKey(signer) ?? []);
    kept.push({
      ...checkpoint,
      name: `${name}:${line}`,
      cosignatures: cosignatures.toSorted((a, b) => a.time - b.time),
      server: servers[0],
      note: text,
    });
  }
  return kept;
}
