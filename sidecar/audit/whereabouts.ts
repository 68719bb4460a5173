/** Is the file that is written to still the one at its path? People and logrotate move, remove and cut it while it is open. */
import type { Stats } from 'node:fs';
import { fstat, stat } from 'node:fs';
import type { OpenFile } from './open-file.ts';

export type Loss = 'moved' | 'removed' | 'truncated';

type Identity = Pick<Stats, 'dev' | 'ino' | 'nlink' | 'size'>;

/**
 * What has happened to an open file, if anything has. `written`: bytes that were in it before anybody looked.
 * File systems without inode numbers (some network shares) say nothing of it.
 */
function lossOf(open: Identity, atPath: Identity | undefined, written: number): Loss | undefined {
  if (open.ino === 0) return undefined;
  if (atPath?.ino === open.ino && atPath.dev === open.dev) return open.size < written ? 'truncated' : undefined;
  return open.nlink === 0 ? 'removed' : 'moved';
}

/** Looks once; `written` is what the file held when that began. A path that cannot be looked at is no loss: the file is still open. */
export function look(file: OpenFile, written: number, done: (loss: Loss | undefined) => void): void {
  fstat(file.fd, (error, open) => {
    if (error !== null) {
      done(undefined);
      return;
    }
    stat(file.path, (missing, atPath) => {
      if (missing !== null && missing.code !== 'ENOENT' && missing.code !== 'ENOTDIR') done(undefined);
      else done(lossOf(open, missing === null ? atPath : undefined, written));
    });
  });
}
