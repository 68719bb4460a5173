/** The audit files of a folder in the order in which they were written, and up to where the archive has each. */
import { closeSync, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fullNumberOf, releasable } from '../audit/siblings.ts';
import { type Place, readProgress, writeProgress } from './progress.ts';
import { isPlaceIn } from './segment-reader.ts';

const PROGRESS = 'audit.archived.json';
const REMEMBER_MS = 5_000;
/** No fault of the file: the process or the system has no more descriptors, or no memory. */
const OF_THE_PROCESS: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

export interface OpenedFile {
  /** See `idOf`: a file is renamed when it is full. */
  readonly id: string;
  readonly fd: number;
  readonly path: string;
}

interface Found {
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
}

export class FilesToShip {
  readonly #asked: string;
  readonly #current: () => string;
  readonly #now: () => number;
  readonly #progress: string;
  readonly #places: Map<string, Place>;
  /** Files that nobody writes to any more, all of whose lines were acknowledged. */
  readonly #finished = new Set<string>();
  /** Files that are being read, which may have been moved or deleted since. */
  readonly #opened = new Set<string>();
  #remembered = Number.NEGATIVE_INFINITY;

  /** `asked`: where the log was to be; `current`: the file that this process writes to now. */
  constructor(asked: string, current: () => string, now: () => number = () => performance.now()) {
    this.#asked = asked;
    this.#current = current;
    this.#now = now;
    this.#progress = join(dirname(asked), PROGRESS);
    this.#places = readProgress(this.#progress);
  }

  /**
   * The oldest file of which something may be missing, the one that is written to last. One that cannot be opened is told, and the next
   * one taken. Throws the system's error where none can.
   */
  next(isWanted: (id: string) => boolean, onUnreadable: (id: string, error: unknown) => void): OpenedFile | undefined {
    const found = this.#list();
    for (const [at, { id, path, bytes }] of found.entries()) {
      const isLast = at === found.length - 1;
      if (!isWanted(id) || (!isLast && (this.#finished.has(id) || bytes === 0))) continue;
      try {
        const opened = this.#openAt(path);
        if (opened !== undefined) return opened;
      } catch (error) {
        if (OF_THE_PROCESS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
        onUnreadable(id, error);
      }
    }
    return undefined;
  }

  #openAt(path: string): OpenedFile | undefined {
    const opened = open(path);
    if (opened === undefined) return undefined;
    try {
      this.#check(opened);
    } catch (error) {
      closeSync(opened.fd);
      throw error;
    }
    this.#opened.add(opened.id);
    return opened;
  }

  placeOf({ id }: OpenedFile): Place | undefined {
    return this.#places.get(id);
  }

  isWrittenTo({ id }: OpenedFile): boolean {
    return idAt(this.#current()) === id;
  }

  acknowledged({ id }: OpenedFile, place: Place): void {
    this.#places.set(id, place);
    if (this.#now() - this.#remembered >= REMEMBER_MS) this.remember();
  }

  finished({ id }: OpenedFile): void {
    this.#finished.add(id);
  }

  leave({ id, fd }: OpenedFile): void {
    this.#opened.delete(id);
    closeSync(fd);
  }

  isAcknowledged(path: string): boolean {
    const found = describe(path);
    return found === undefined || this.#finished.has(found.id) || this.#places.get(found.id)?.end === found.bytes;
  }

  /** Of all files together, those that are written by other gates that live not counted. */
  pendingBytes(): number {
    let pending = 0;
    for (const { id, bytes } of this.#list()) {
      if (!this.#finished.has(id)) pending += Math.max(0, bytes - (this.#places.get(id)?.end ?? 0));
    }
    return pending;
  }

  /** Where it cannot be written, all is sent again after a restart. */
  remember(): void {
    this.#remembered = this.#now();
    try {
      writeProgress(this.#progress, this.#places);
    } catch {
      // A full disk is what the log itself complains about.
    }
  }

  /** The inode of a file that was deleted goes to another one, and what was read from the disk may be of any time. */
  #check({ id, fd }: OpenedFile): void {
    const place = this.#places.get(id);
    if (place === undefined || isPlaceIn(fd, place)) return;
    this.#places.delete(id);
    this.#finished.delete(id);
  }

  #forgetOthers(found: readonly Found[]): void {
    const here = new Set([...this.#opened, ...found.map(({ id }) => id)]);
    for (const id of this.#places.keys()) if (!here.has(id)) this.#places.delete(id);
    for (const id of this.#finished) if (!here.has(id)) this.#finished.delete(id);
  }

  #list(): Found[] {
    const current = this.#current();
    const others = releasable(this.#asked, current)
      .toSorted((a, b) => a.written - b.written || fullNumberOf(a.path) - fullNumberOf(b.path))
      .map(({ path }) => path);
    // The file that was asked for is another's, or what another has left; whoever has it sends it.
    const found = [...others, current].flatMap((path) => describe(path) ?? []);
    this.#forgetOthers(found);
    return found;
  }
}

function describe(path: string): Found | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : { id: idOf(stats), path, bytes: stats.size };
}

/**
 * Device, inode, and when it was made: the inode of a file that was deleted goes to the next one, which must not be taken for sent. Where
 * the file system does not say when, the first two.
 */
function idOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev}:${ino}:${birthtimeMs}`;
}

function idAt(path: string): string | undefined {
  return describe(path)?.id;
}

function open(path: string): OpenedFile | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    // Let go since it was listed.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const stats = fstatSync(fd);
  return { id: idOf(stats), fd, path };
}
