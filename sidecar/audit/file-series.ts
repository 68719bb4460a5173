/** The files of one log, one after the other: their names, the lock on them, and how each is begun. */
import { lstatSync, readSync, realpathSync, renameSync, writeSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { lineHash } from '../../core/audit/chain.ts';
import type { BeginReason } from '../../core/audit/gate-record.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { readLastLine } from './last-line.ts';
import { acquireLock, type Lock } from '../files/lock.ts';
import { OpenFile } from './open-file.ts';
import * as siblings from './siblings.ts';

/** The line that the next one is linked to, and the name of its file where that is another. */
export interface Link {
  hash: string;
  file: string | undefined;
}

/** A file to come. */
export interface NextFile {
  /** Name of the one before, where it is known. */
  readonly continues: string | undefined;
  /** Begins it, once the one before is written; throws the system's error, and may be called again then. */
  begin(before: OpenFile): OpenFile;
}

/** More than this is not copied out of a file that was removed: somebody may have meant it. */
const MAX_SAVED_BYTES = 16 * 1024 * 1024;
/** Enough for the beginning of any line: `time` comes last, but the lines that begin files are short. */
const FIRST_LINE_BYTES = 4096;

export class FileSeries {
  readonly #asked: string;
  #place: Place;
  #current: OpenFile;
  #number: number;

  constructor(asked: string) {
    // Renamed as it is full, a symbolic link would leave its file where it is.
    this.#asked = isLink(asked) ? realpathSync(asked) : asked;
    this.#place = lockedPlace(this.#asked);
    try {
      this.#current = new OpenFile(this.#place.path);
      this.#number = siblings.nextNumber(this.#place.path);
    } catch (error) {
      this.#place.lock.release();
      throw error;
    }
  }

  get current(): OpenFile {
    return this.#current;
  }

  /** When the first line of the file was written, milliseconds since the epoch; undefined if there is none. */
  get begunAt(): number | undefined {
    if (this.#current.bytes === 0) return undefined;
    const buffer = Buffer.alloc(Math.min(FIRST_LINE_BYTES, this.#current.bytes));
    readSync(this.#current.fd, buffer, 0, buffer.length, 0);
    const time = Date.parse(/"time":"([^"]+)"/.exec(buffer.toString('latin1').split('\n', 1)[0] ?? '')?.[1] ?? '');
    return Number.isNaN(time) ? undefined : time;
  }

  /** What the first line of this run is linked to. A torn last line gets its newline first, so that the verifier sees it as a line. */
  link(): Link | undefined {
    const last = readLastLine(this.#current.fd);
    if (last !== undefined) {
      if (!last.terminated) this.#current.bytes += writeSync(this.#current.fd, '\n');
      return { hash: lineHash(last.bytes), file: undefined };
    }
    const before = siblings.predecessorOf(this.#current.path);
    const hash = before === undefined ? undefined : siblings.lastLineHash(before.path);
    return hash === undefined ? undefined : { hash, file: before?.name };
  }

  releasable(): siblings.Sibling[] {
    return siblings.releasable(this.#asked, this.#current.path);
  }

  prepare(reason: BeginReason): NextFile {
    const full = siblings.fullName(this.#current.path, this.#number);
    this.#number += 1;
    const isFull = reason === 'size' || reason === 'age';
    return {
      continues: isFull ? basename(full) : undefined,
      begin: (before) => {
        // What was written to a file after somebody had cut it: the lines before are with them, or lost.
        const hasRest = reason === 'truncated' && before.sizeNow() > 0;
        if (isFull || hasRest) renameIfThere(before.path, full);
        return this.#begin(before, reason === 'removed');
      },
    };
  }

  close(): void {
    this.#current.close();
    this.#place.lock.release();
  }

  #begin(before: OpenFile, saves: boolean): OpenFile {
    if (!this.#place.lock.isHeld()) {
      // The folder was cleared, and the lock with it; another gate may have come first.
      makeDirectory(dirname(this.#asked));
      this.#place.lock.release();
      this.#place = lockedPlace(this.#asked);
    }
    const next = new OpenFile(this.#place.path);
    if (saves) {
      const unconfirmed = readFrom(before, before.confirmed);
      if (unconfirmed.length > 0) next.bytes += writeSync(next.fd, unconfirmed);
    }
    this.#current = next;
    return next;
  }
}

/** What was written to a file since it was last seen at its path: nobody but this process ever had it. */
function readFrom({ fd, bytes }: OpenFile, from: number): Buffer {
  const length = bytes - from;
  if (length <= 0 || length > MAX_SAVED_BYTES) return Buffer.alloc(0);
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, from));
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    // Moved or removed by somebody just now, or renamed by the attempt before this one.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

interface Place {
  path: string;
  lock: Lock;
}

function lockedPlace(asked: string): Place {
  const own = siblings.ownNameOf(asked);
  for (const path of [asked, own]) {
    const lock = acquireLock(`${path}.lock`);
    if (lock !== undefined) return { path, lock };
  }
  throw new Error(`${asked} is in use, and so is ${own}`);
}

/** Called by timers: a folder that cannot be listed now, for want of a file descriptor say, must not end the process. */
export function filesIn(series: FileSeries): siblings.Sibling[] {
  try {
    return series.releasable();
  } catch {
    // Looked at again in a minute. If the disk fills up meanwhile, the lines themselves say so.
    return [];
  }
}
