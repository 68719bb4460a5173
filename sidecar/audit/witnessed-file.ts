/**
 * The last checkpoint of each stream that a witness has cosigned, beside the log: signed notes (C2SP signed-note) with an empty line between
 * them, as `sallyport audit verify --witnessed` reads them. Whoever has the files of a gate has them too.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';

/** Streams: each start of the gate is one. */
const MAX_NOTES = 64;

/** `note` takes the place of the one of its stream; the newest comes last. As a whole or not at all; rejects with the system's error. */
export async function keepWitnessed(path: string, note: string): Promise<void> {
  const origin = note.slice(0, note.indexOf('\n') + 1);
  const before = (await notesIn(path)).filter((one) => !one.startsWith(origin));
  const next = `${path}.new`;
  makeDirectory(dirname(path));
  await writeFile(next, [...before, note].slice(-MAX_NOTES).join('\n'), { mode: 0o600 });
  await rename(next, path);
}

async function notesIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  // Text, signatures, text, …: what is between two notes is the empty line that is also in the middle of each.
  const blocks = text.trimEnd().split('\n\n');
  const notes: string[] = [];
  for (let at = 0; at + 1 < blocks.length; at += 2) notes.push(`${blocks[at] ?? ''}\n\n${blocks[at + 1] ?? ''}\n`);
  return notes;
}
