/** Writes a file whole or not at all: whoever reads it meanwhile sees the old text or the new one. */
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemReason, UserError } from './errors.ts';

export function writeWhole(file: string, text: string, mode: number): void {
  const target = resolveLink(file);
  // Begins with a dot, so that no reader of the folder takes it for policy.
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    writeSynced(temporary, text, mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new UserError(`cannot write ${file}: ${systemReason(error)}`, 'check the folder and its permissions');
  }
}

/** A link stays a link: what it leads to is replaced. */
function resolveLink(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function writeSynced(file: string, text: string, mode: number): void {
  rmSync(file, { force: true });
  const fd = openSync(file, 'wx', mode);
  try {
    const bytes = Buffer.from(text);
    for (let written = 0; written < bytes.length;) written += writeSync(fd, bytes, written);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
