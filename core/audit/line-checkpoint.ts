/** The checkpoint that a line holds, where it is one of the lines before it. Whose signature it has is not looked at. */
import { type Checkpoint, originOf, parseCheckpoint } from './note/checkpoint.ts';
import { parseNote, type SignedNote } from './note/signed-note.ts';
import type { ChainFields } from './parse-line.ts';

export interface LineCheckpoint {
  readonly note: SignedNote;
  readonly checkpoint: Checkpoint;
}

/** Undefined for a line without any, for what is none, and for one of another stream or of more or fewer lines. */
export function checkpointIn(fields: Pick<ChainFields, 'checkpoint' | 'seq' | 'stream'>): LineCheckpoint | undefined {
  const note = fields.checkpoint === undefined ? undefined : parseNote(fields.checkpoint);
  const checkpoint = note === undefined ? undefined : parseCheckpoint(note.text);
  if (note === undefined || checkpoint?.origin !== originOf(fields.stream)) return undefined;
  return checkpoint.size === fields.seq ? { note, checkpoint } : undefined;
}
