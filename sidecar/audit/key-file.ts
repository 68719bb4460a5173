/** Files that hold a key of this gate's evidence, made on first use. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';

/** What the file holds; where there is none, what `make` gives, which then is in it (mode 0600). Throws the system's error. */
export function readOrMake(path: string, make: () => Uint8Array | string): Buffer {
  const existing = readIfAny(path);
  if (existing !== undefined) return existing;
  makeDirectory(dirname(path));
  // Complete, and on the disk, before it has its name: two processes that start together end up with one key, and a machine that loses
  // its power does not end up with an empty one, which would be refused from then on.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, make(), { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(path);
}

/** Undefined where there is no such file; throws the system's error. */
export function readIfAny(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
