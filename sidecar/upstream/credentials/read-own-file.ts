/** A file with a key, of a gate that runs as somebody's process. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

const MAX_BYTES = 64 * 1024;
/** For its group and for others. */
const WIDER = 0o077;

/**
 * The text of a file that nobody but its owner can read, or why it is not read, as the end of a sentence about it. What is opened is what
 * is looked at, so that nobody exchanges it in between.
 */
export function readOwnFile(path: string): { readonly text: string } | { readonly problem: string } {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return { problem: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}); check its path` };
  }
  try {
    const { mode, size, uid } = fstatSync(file);
    if (process.platform !== 'win32' && (mode & WIDER) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0');
      return { problem: `has mode ${shown}, so that others may read or write it; run: chmod 600 ${path}` };
    }
    const own = process.getuid?.();
    if (own !== undefined && uid !== own && own !== 0)
      return { problem: `belongs to somebody else (user ${uid}); use a file of your own` };
    if (size > MAX_BYTES)
      return { problem: `has ${size} bytes, and at most ${MAX_BYTES} are read; store the key alone` };
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { problem: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` };
  } finally {
    closeSync(file);
  }
}
