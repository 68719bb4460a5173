/** Several signed notes in one file, with an empty line between them: as witnesses' checkpoints are handed on. */
import { parseNote, type SignedNote } from './signed-note.ts';

export interface ListedNote {
  /** Where it begins, from 1. */
  readonly line: number;
  /** Undefined for what is none. */
  readonly note: SignedNote | undefined;
  /** As it is there, with its last newline. */
  readonly text: string;
}

/** A note is its text, an empty line and lines of signatures; the text itself has no empty line, as that of a checkpoint. */
export function parseNoteList(list: string): ListedNote[] {
  const notes: ListedNote[] = [];
  const blocks: { line: number; text: string }[] = [];
  let lines: string[] = [];
  const end = (line: number): void => {
    if (lines.length > 0) blocks.push({ line: line - lines.length, text: `${lines.join('\n')}\n` });
    lines = [];
  };
  const all = list.split('\n');
  for (const [at, line] of all.entries()) {
    if (line === '') end(at + 1);
    else lines.push(line);
  }
  end(all.length + 1);
  for (let at = 0; at < blocks.length; at += 2) {
    const [text, signatures] = [blocks[at], blocks[at + 1]];
    if (text === undefined) break;
    const whole = signatures === undefined ? text.text : `${text.text}\n${signatures.text}`;
    notes.push({ line: text.line, note: signatures === undefined ? undefined : parseNote(whole), text: whole });
  }
  return notes;
}
