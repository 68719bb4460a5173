/** Lets the oldest files go, so that all together stay within their bounds; what is let go is on record before it is gone. */
import { rm } from 'node:fs';
import type { Released } from '../../core/audit/gate-record.ts';
import type { AuditLimits } from './limits.ts';
import { lastLineHash, type Sibling } from './siblings.ts';

/** Writes it down and calls back once that is on the disk. */
type Announce = (released: Released, done: (error?: Error) => void) => void;

/** Files grow old without any being begun. */
const LOOK_AGAIN_MS = 60_000;

/** The files to delete, of those that may be, oldest first: with them gone there is room for another full file. */
function expired(files: readonly Sibling[], limits: AuditLimits, now: number): Sibling[] {
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const isTooOld = (file: Sibling): boolean => limits.keepMs !== undefined && now - file.written > limits.keepMs;
  return files.filter((file) => {
    const goes = isTooOld(file) || total > limits.totalBytes - limits.fileBytes;
    if (goes) total -= file.bytes;
    return goes;
  });
}

export class Retention {
  readonly #limits: AuditLimits;
  readonly #announce: Announce;
  readonly #going = new Set<string>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(limits: AuditLimits, announce: Announce) {
    this.#limits = limits;
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
    for (const { path, name, bytes } of expired(files, this.#limits, now)) {
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
      this.#announce({ bytes, file: name, last }, (error) => {
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
