/** Lets the oldest files go, so that all together stay within their bounds; what is let go is on record before it is gone. */
import { rm } from 'node:fs';
import type { Released } from '../../core/audit/gate-record.ts';
import type { AuditLimits } from './limits.ts';
import { lastLineHash, type Sibling } from './siblings.ts';

/** Writes it down and calls back once that is on the disk. */
type Announce = (released: Released, done: (error?: Error) => void) => void;

/** Files grow old without any being begun. */
const LOOK_AGAIN_MS = 60_000;

/** What is kept elsewhere as well. */
export interface ArchivedFiles {
  /** All lines of this file are there. */
  has(path: string): boolean;
  /** A file goes though they are not. */
  letGo(): void;
}

/**
 * The files to delete, of those that may be: with them gone there is room for another full file. The oldest first; but what the archive
 * has not got stays, whatever its age, until there is no other room.
 */
function expired(files: readonly Sibling[], limits: AuditLimits, now: number, archive?: ArchivedFiles): Sibling[] {
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const missing = new Set(archive === undefined ? [] : files.filter(({ path }) => !archive.has(path)));
  const isTooOld = (file: Sibling): boolean =>
    limits.keepMs !== undefined && now - file.written > limits.keepMs && !missing.has(file);
  const inTurn = [...files.filter((file) => !missing.has(file)), ...missing];
  return inTurn.filter((file) => {
    const goes = isTooOld(file) || total > limits.totalBytes - limits.fileBytes;
    if (goes) total -= file.bytes;
    return goes;
  });
}

export class Retention {
  readonly #limits: AuditLimits;
  readonly #announce: Announce;
  readonly #archive: ArchivedFiles | undefined;
  readonly #going = new Set<string>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(limits: AuditLimits, archive: ArchivedFiles | undefined, announce: Announce) {
    this.#limits = limits;
    this.#archive = archive;
    this.#announce = announce;
  }

  /** Calls `release` when the last look was a minute ago. */
  lookAgain(now: number, release: () => void): void {
    if (now - this.#lookedAt >= LOOK_AGAIN_MS) release();
  }

  /** Nothing can be put on record now, so nothing can be let go. */
  lookSoon(): void {
    this.#lookedAt = Number.NEGATIVE_INFINITY;
  }

  release(files: readonly Sibling[], now: number): void {
    this.#lookedAt = now;
    for (const { path, name, bytes } of expired(files, this.#limits, now, this.#archive)) {
      if (this.#going.has(path)) continue;
      const last = hashIfReadable(path);
      // What cannot be read now stays: what it ended with could not be put on record.
      if (last === null) continue;
      if (last === undefined) {
        rm(path, { force: true }, () => {});
        continue;
      }
      this.#going.add(path);
      // A crash between the two leaves a file that is let go once more; the other way round, one would be gone without a word.
      const archived = this.#archive?.has(path) === false ? false : undefined;
      if (archived === false) this.#archive?.letGo();
      this.#announce({ archived, bytes, file: name, last }, (error) => {
        if (error === undefined) rm(path, { force: true }, () => this.#going.delete(path));
        else this.#going.delete(path);
      });
    }
  }
}

function hashIfReadable(path: string): string | undefined | null {
  try {
    return lastLineHash(path);
  } catch {
    return null;
  }
}
