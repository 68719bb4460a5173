/**
 * The past in a file of the state directory, so that a restart of the gate forgets nothing that is older than a moment: what has changed
 * is appended every quarter of a second, one line a place, and of a place the last line counts. So a line that is written twice says
 * nothing new, and the file can be written anew beside itself while calls go on.
 *
 * A process that is killed loses what it had not handed to the kernel, and a line that it was writing, which is the last one. A file that
 * is damaged anywhere else is not taken for the past: to begin anew would loosen what packs limit.
 */
import { closeSync, mkdirSync, openSync, readSync, renameSync, write, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HistoryStore, Kept } from '../../../core/history/store.ts';
import { type Lock, acquireLock } from '../../files/lock.ts';

const HEAD = '{"history":1}';
const FLUSH_EVERY_MS = 250;
/** Places, and about how many bytes, a write, so that no write takes long to prepare: one place may have a quarter of a megabyte. */
const AT_ONCE = 1_000;
const BYTES_AT_ONCE = 128 * 1024;
/** Lines that say nothing any more, and bytes, before the file is written anew. */
const MAX_STALE = 10_000;
const MAX_STALE_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** The file is there and cannot be read as what it is. `message` says what is wrong and what to do. */
export class HistoryDamaged extends Error {
  override readonly name = 'HistoryDamaged';
}

export interface HistoryFileOptions {
  readonly path: string;
  readonly store: HistoryStore;
  /** Once, when the past is not kept any more. */
  readonly onProblem: (error: unknown) => void;
}

export class HistoryFile {
  readonly #options: HistoryFileOptions;
  readonly #lock: Lock;
  readonly #timer: NodeJS.Timeout;
  #file: number;
  /** While the file is written anew: the one that takes its place. */
  #draft: number | undefined = undefined;
  #lines = 0;
  #bytes = 0;
  /** Bytes of the file when it was last written whole. */
  #wholeBytes = 0;
  /** Places of this round that are not written yet: what changes meanwhile is for the next one, so that each round ends. */
  #left = 0;
  /** A round is under way. */
  #isWriting = false;
  #isOver = false;

  private constructor(options: HistoryFileOptions, lock: Lock) {
    this.#options = options;
    this.#lock = lock;
    this.#file = this.#begin();
    this.#timer = setInterval(() => this.#flush(), FLUSH_EVERY_MS).unref();
  }

  /**
   * Undefined while another gate writes there. Throws `HistoryDamaged`, and the system's error where the directory cannot be written.
   */
  static open(options: HistoryFileOptions): HistoryFile | undefined {
    mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
    const lock = acquireLock(`${options.path}.lock`);
    if (lock === undefined) return undefined;
    try {
      readInto(options.store, options.path);
      return new HistoryFile(options, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Writes what is left. */
  close(): void {
    if (this.#isOver) return;
    this.#guarded(() => {
      // What is being written may be torn by what is written now, were it to the same file: it begins anew.
      if (this.#isWriting || this.#draft !== undefined) this.#options.store.touchAll();
      if (this.#isWriting || this.#draft !== undefined) this.#file = this.#begin();
      else while (this.#options.store.changed > 0) writeSync(this.#file, this.#nextLines());
    });
    this.#end();
  }

  /** Written whole, and then in the place of what was there. */
  #begin(): number {
    const { path, store } = this.#options;
    const draft = openSync(`${path}.begun`, 'w', 0o600);
    writeSync(draft, `${HEAD}\n`);
    store.touchAll();
    [this.#lines, this.#bytes] = [0, 0];
    while (store.changed > 0) writeSync(draft, this.#nextLines());
    this.#wholeBytes = this.#bytes;
    renameSync(`${path}.begun`, path);
    return draft;
  }

  #nextLines(): string {
    const { store } = this.#options;
    const before = store.changed;
    const kept = store.takeChanged(AT_ONCE, BYTES_AT_ONCE);
    this.#left = Math.min(this.#left - (before - store.changed), store.changed);
    const text = kept.map((one) => `${JSON.stringify(one)}\n`).join('');
    this.#lines += kept.length;
    this.#bytes += text.length;
    return text;
  }

  #flush(): void {
    const { store } = this.#options;
    if (this.#isOver || this.#isWriting) return;
    store.sweep(AT_ONCE, store.now);
    if (store.changed === 0) return;
    this.#guarded(() => {
      if (this.#isStale()) this.#beginAnew();
      this.#left = store.changed;
      this.#isWriting = true;
      this.#append(Buffer.from(this.#nextLines()));
    });
  }

  #isStale(): boolean {
    const { store } = this.#options;
    return this.#lines > 2 * store.size + MAX_STALE || this.#bytes > 2 * this.#wholeBytes + MAX_STALE_BYTES;
  }

  #beginAnew(): void {
    const { path, store } = this.#options;
    this.#draft = openSync(`${path}.draft`, 'w', 0o600);
    writeSync(this.#draft, `${HEAD}\n`);
    [this.#lines, this.#bytes] = [0, 0];
    store.touchAll();
  }

  /** To both, as long as there are two: who is killed meanwhile has all of it in the old one. */
  #append(text: Buffer): void {
    const files = this.#draft === undefined ? [this.#file] : [this.#file, this.#draft];
    let left = files.length;
    for (const file of files) writeWhole(file, text, (error) => this.#written(error, --left));
  }

  #written(error: Error | null, left: number): void {
    if (this.#isOver) return;
    if (error !== null) {
      this.#fail(error);
      return;
    }
    if (left > 0) return;
    if (this.#left > 0) setImmediate(() => this.#goOn());
    else this.#guarded(() => this.#ended());
  }

  #goOn(): void {
    if (!this.#isOver) this.#guarded(() => this.#append(Buffer.from(this.#nextLines())));
  }

  #ended(): void {
    this.#isWriting = false;
    if (this.#draft === undefined) return;
    const { path } = this.#options;
    renameSync(`${path}.draft`, path);
    closeSync(this.#file);
    [this.#file, this.#draft] = [this.#draft, undefined];
    this.#wholeBytes = this.#bytes;
  }

  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What cannot be written ends the keeping, not the past: it goes on in memory. */
  #fail(error: unknown): void {
    this.#end();
    this.#options.onProblem(error);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#timer);
    for (const file of [this.#file, this.#draft]) if (file !== undefined) closeQuietly(file);
    try {
      this.#lock.release();
    } catch {
      // The directory is gone, and the lock with it.
    }
  }
}

function writeWhole(file: number, text: Buffer, done: (error: Error | null) => void): void {
  write(file, text, 0, text.length, null, (error, written) => {
    if (error !== null || written === text.length) done(error);
    else writeWhole(file, text.subarray(written), done);
  });
}

function closeQuietly(file: number): void {
  try {
    closeSync(file);
  } catch {
    // It is gone already.
  }
}

/** Throws `HistoryDamaged`. */
function readInto(store: HistoryStore, path: string): void {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    readLines(file, (line, number) => {
      if (number === 1 ? line === HEAD : restored(store, line)) return;
      const what = number === 1 ? 'is no history that this version reads' : `cannot be read in line ${number}`;
      throw new HistoryDamaged(`${path} ${what}; remove it to begin anew, with every limit and budget unused`);
    });
  } finally {
    closeSync(file);
  }
}

/** All that end: what is behind the last end of a line was being written. */
function readLines(file: number, take: (line: string, number: number) => void): void {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) {
    let text = Buffer.concat([rest, chunk.subarray(0, size)]);
    for (let end = text.indexOf(0x0a); end >= 0; end = text.indexOf(0x0a)) {
      take(text.toString('utf8', 0, end), ++number);
      text = text.subarray(end + 1);
    }
    rest = text;
  }
}

function restored(store: HistoryStore, line: string): boolean {
  try {
    const said: unknown = JSON.parse(line);
    return isKept(said) && store.restore(said);
  } catch {
    return false;
  }
}

function isKept(said: unknown): said is Kept {
  if (!Array.isArray(said) || said.length !== 5) return false;
  const [of, whom, kind, expiresAt, cell] = said as unknown[];
  return [of, whom, kind].every((one) => typeof one === 'string') && Number.isFinite(expiresAt) && Array.isArray(cell);
}
