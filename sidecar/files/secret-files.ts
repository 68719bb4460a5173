/** The files of a mounted Secret: one for each of its keys. */
import { type Stats, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface SecretFile {
  /** The key. */
  readonly name: string;
  readonly file: string;
  readonly stat: Stats;
  /** Another one when the file is. */
  readonly stamp: string;
}

/** Throws the system's error where the directory cannot be read. */
export function secretFiles(directory: string): SecretFile[] {
  return readdirSync(directory).flatMap((name) => {
    // The kubelet keeps its own bookkeeping in names that start with "..".
    if (name.startsWith('..')) return [];
    const file = join(directory, name);
    // A key that was just taken away: its link is removed a moment after what it leads to.
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return [];
    return [{ name, file, stat, stamp: `${stat.ino} ${stat.mtimeMs} ${stat.size}` }];
  });
}
