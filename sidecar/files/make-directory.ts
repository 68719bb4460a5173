/**
 * `mkdir -p`. Node's own (`recursive: true`) never comes back where the system answers ENOENT although the parent is there, as under
 * /proc: it spins, and no signal handler runs any more.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes the directory and what is missing above it, with that mode. Throws the system's error, and ENOTDIR where a file is in the way. */
export function makeDirectory(path: string, mode = 0o700): void {
  if (isDirectory(path)) return;
  const parent = dirname(path);
  if (statSync(parent, { throwIfNoEntry: false }) === undefined) makeDirectory(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process was faster; what is no directory is said by whoever opens a file in it.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !isDirectory(path)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
