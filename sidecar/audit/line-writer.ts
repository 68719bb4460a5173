/**
 * Puts lines into files in the order in which they came, one write at a time, tries again what failed, and says when it cannot keep
 * up. It knows nothing of what the lines say, nor of names of files.
 */
import { type NoParamCallback, write as fsWrite } from 'node:fs';
import type { OpenFile } from './open-file.ts';

/** `behind`: more is queued than allowed. `failed`: what was tried last failed, e.g. ENOSPC; it is tried again every second. */
export type AuditState = 'ok' | 'behind' | 'failed';

type WriteDone = (error: NodeJS.ErrnoException | null, written: number) => void;
export type Write = (fd: number, buffer: Buffer, offset: number, length: number, done: WriteDone) => void;
type Sync = (file: OpenFile, done: NoParamCallback) => void;

export interface LineWriterOptions {
  maxQueuedBytes: number;
  retryMs: number;
  /** How long lines wait for others; what a killed process may lose on top of what the kernel had not been given anyway. */
  gatherMs: number;
  /** Called on every change; the error is the one that led to `failed`. */
  onState: (state: AuditState, error: Error | undefined) => void;
  write: Write | undefined;
  sync: Sync | undefined;
}

/** Lines for one file, and how to begin the one after it. */
interface Segment {
  lines: string[];
  /** Gives the next file; throws the system's error where that cannot be had, and is asked again then. */
  readonly next: (before: OpenFile) => OpenFile;
}

interface Waiter {
  /** Up to which byte, of all that were ever queued. */
  readonly upTo: number;
  readonly done: (error?: Error) => void;
}

const NOTHING = Buffer.alloc(0);

const writeToFile: Write = (fd, buffer, offset, length, done) => {
  fsWrite(fd, buffer, offset, length, null, (error, written) => done(error, written));
};

export class LineWriter {
  readonly #options: LineWriterOptions;
  readonly #write: Write;
  readonly #sync: Sync;
  #file: OpenFile;
  #state: AuditState = 'ok';
  #error: Error | undefined;
  /** For the files after the one written to: each but the last is followed by another. */
  readonly #full: Segment[] = [];
  #lines: string[] = [];
  #batch = NOTHING;
  #written = 0;
  #queuedBytes = 0;
  #queuedEver = 0;
  #waiters: Waiter[] = [];
  #writing = false;
  #syncs = 0;
  #scheduled = false;
  #retry: NodeJS.Timeout | undefined;
  #settled: ((error?: Error) => void) | undefined;
  #finished = false;

  constructor(file: OpenFile, options: LineWriterOptions) {
    this.#file = file;
    this.#options = options;
    this.#write = options.write ?? writeToFile;
    this.#sync = options.sync ?? ((open, done) => open.sync(done));
  }

  get state(): AuditState {
    return this.#state;
  }

  /** The file that is written to now. */
  get file(): OpenFile {
    return this.#file;
  }

  /** Bytes that are in no file yet. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** The next file is asked for already, and not begun. */
  get switching(): boolean {
    return this.#full.length > 0;
  }

  /** A line is half in the file, because a write failed in it. */
  get midLine(): boolean {
    return this.#written > 0;
  }

  /** Queues a line, with its newline; `bytes` is its length in UTF-8. */
  push(line: string, bytes: number): void {
    this.#lines.push(line);
    this.#queuedBytes += bytes;
    this.#queuedEver += bytes;
    this.#schedule();
    if (this.#state === 'ok' && this.#queuedBytes > this.#options.maxQueuedBytes) this.#become('behind');
  }

  /** What is pushed from now on goes to the file that `next` gives, once all before it is written. */
  switchTo(next: Segment['next']): void {
    this.#full.push({ lines: this.#lines, next });
    this.#lines = [];
    this.#schedule();
  }

  /**
   * Calls back once all that was pushed so far is on the disk, or with the error if that has failed. Those who ask while a sync runs
   * share the next one (group commit): a disk does some hundred a second, a gate thousands of calls.
   */
  whenDurable(done: (error?: Error) => void): void {
    this.#waiters.push({ upTo: this.#queuedEver, done });
    // All intents of this turn of the loop go into one write, without the wait for others.
    if (!this.#writing) setImmediate(() => this.#flush());
  }

  /** Something outside has gone wrong. It is over with the next line that is written to the file after the one at hand. */
  fail(error: Error): void {
    this.#error = error;
    this.#become('failed');
  }

  /** Resolves once everything is written and synced. A write that fails now is not tried again, and rejects. */
  drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settled = (error?: Error): void => {
        this.#finished = true;
        if (error === undefined) this.#sync(this.#file, (failed) => (failed === null ? resolve() : reject(failed)));
        else reject(error);
      };
      this.#settled = settled;
      // One last attempt now instead of waiting for the next one.
      clearTimeout(this.#retry);
      this.#retry = undefined;
      this.#flush();
    });
  }

  /** A write costs a call more CPU than its line does, so the lines of some milliseconds share one. */
  #schedule(): void {
    if (this.#scheduled || this.#writing) return;
    this.#scheduled = true;
    setTimeout(this.#flushScheduled, this.#options.gatherMs);
  }

  readonly #flushScheduled = (): void => {
    this.#scheduled = false;
    this.#flush();
  };

  #flush(): void {
    if (this.#writing || this.#retry !== undefined || this.#finished) return;
    if (this.#written === this.#batch.length && !this.#nextBatch()) return;
    this.#writing = true;
    // The offset survives failures: a line half written before ENOSPC goes on where it stopped.
    this.#write(this.#file.fd, this.#batch, this.#written, this.#batch.length - this.#written, this.#wrote);
  }

  /** False when there is nothing to write now. */
  #nextBatch(): boolean {
    for (let full = this.#full[0]; full?.lines.length === 0; full = this.#full[0]) {
      if (!this.#begin(full.next)) return false;
      this.#full.shift();
    }
    const segment = this.#full[0];
    const lines = segment?.lines ?? this.#lines;
    if (lines.length === 0) {
      if (this.#settled !== undefined) this.#settled();
      else if (this.#state === 'failed' && this.#syncs === 0) this.#startSync(this.#file);
      return false;
    }
    if (segment === undefined) this.#lines = [];
    else segment.lines = [];
    this.#batch = Buffer.from(lines.join(''));
    this.#written = 0;
    return true;
  }

  #begin(next: Segment['next']): boolean {
    const before = this.#file;
    try {
      this.#file = next(before);
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
    if (this.#file === before) return true;
    // Also for those who come later: their line may be the last one of this file.
    this.#startSync(before);
    before.close();
    return true;
  }

  readonly #wrote: WriteDone = (error, written) => {
    this.#writing = false;
    if (error !== null) {
      this.#failed(error);
      return;
    }
    this.#written += written;
    this.#queuedBytes -= written;
    this.#file.bytes += written;
    const whole = this.#written === this.#batch.length;
    if (whole) {
      this.#batch = NOTHING;
      this.#written = 0;
      this.#syncIfAwaited();
    }
    // Half the bound, so that the state does not flicker at it.
    const room = this.#queuedBytes <= this.#options.maxQueuedBytes / 2;
    // Into a file that is to be left, a write proves nothing.
    if (this.#state === 'failed' && !this.switching) this.#become(room ? 'ok' : 'behind');
    else if (this.#state === 'behind' && room) this.#become('ok');
    const isUrgent = this.#settled !== undefined || this.switching || this.#waiters.length > 0;
    if (whole && this.#lines.length > 0 && !isUrgent) this.#schedule();
    else this.#flush();
  };

  #syncIfAwaited(): void {
    if (this.#syncs === 0 && this.#waiters.some(({ upTo }) => upTo <= this.#writtenEver)) this.#startSync(this.#file);
  }

  /**
   * With nothing to write, and while calls are refused there never is, a sync is what shows that the disk is back. Which pages were lost
   * when one fails nobody can say; until a later one succeeds, nothing counts as recorded.
   */
  #startSync(file: OpenFile): void {
    const covered = this.#takeWritten();
    this.#syncs += 1;
    this.#sync(file, (error) => {
      this.#syncs -= 1;
      if (error !== null) this.#failed(error);
      settle(covered, error);
      const isBack = this.#state === 'failed' && this.#retry === undefined && this.#queuedBytes === 0;
      if (error === null && isBack && file === this.#file) this.#become('ok');
      this.#syncIfAwaited();
    });
  }

  get #writtenEver(): number {
    return this.#queuedEver - this.#queuedBytes;
  }

  /** Takes those whose lines are all written. */
  #takeWritten(): Waiter[] {
    const first = this.#waiters.findIndex(({ upTo }) => upTo > this.#writtenEver);
    return this.#waiters.splice(0, first === -1 ? this.#waiters.length : first);
  }

  #failed(error: Error): void {
    this.#error = error;
    // Their calls are refused, not kept until the disk has room.
    settle(this.#waiters.splice(0), error);
    this.#become('failed');
    if (this.#settled !== undefined) {
      this.#settled(error);
      return;
    }
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.#flush();
    }, this.#options.retryMs);
  }

  #become(state: AuditState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState(state, state === 'failed' ? this.#error : undefined);
  }
}

function settle(waiters: readonly Waiter[], error: Error | null): void {
  for (const { done } of waiters) done(error ?? undefined);
}
