/**
 * The audit file of one sidecar: appends chained lines, one write at a time, and says when it cannot keep up.
 * It never drops a record and never refuses a call; the caller refuses calls while `state` is not `ok`.
 * Lines reach the disk when the system writes them back; only `close` waits for that.
 */
import { closeSync, fsync, mkdirSync, openSync, write as fsWrite, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { Chain, lineHash } from '../../core/audit/chain.ts';
import {
  closeRecord,
  decisionRecord,
  openRecord,
  type AuditBody,
  type DecisionInput,
} from '../../core/audit/record.ts';
import type { Clock } from '../../core/clock.ts';
import { readLastLine } from './last-line.ts';
import { acquireLock, type Lock } from './lock.ts';

/** `behind`: more is queued than allowed. `failed`: the last write failed, e.g. ENOSPC; it is tried again every second. */
export type AuditState = 'ok' | 'behind' | 'failed';

type WriteDone = (error: NodeJS.ErrnoException | null, written: number) => void;
type Write = (fd: number, buffer: Buffer, offset: number, length: number, done: WriteDone) => void;

export interface AuditLogOptions {
  file: string;
  /** Unique per run of the process. */
  stream: string;
  /** `namespace/name` of the server behind the gate. */
  server: string;
  clock: Clock;
  /** Default 8 MiB: some ten thousand records. */
  maxQueuedBytes?: number;
  /** Called on every change; the error is the one that led to `failed`. */
  onState?: (state: AuditState, error?: Error) => void;
  /** Default 1000. */
  retryMs?: number;
  /** Default fs.write; tests fail here. */
  write?: Write;
}

const MIB = 1024 * 1024;
const NOTHING = Buffer.alloc(0);
/** How long lines wait for others; what a killed process may lose on top of what the kernel had not been given anyway. */
const GATHER_MS = 5;

const writeToFile: Write = (fd, buffer, offset, length, done) => {
  fsWrite(fd, buffer, offset, length, null, (error, written) => done(error, written));
};

export class AuditLog {
  /** The file written to: another than asked for when a living process has that one. */
  readonly file: string;
  readonly #fd: number;
  readonly #lock: Lock;
  readonly #chain: Chain;
  readonly #clock: Clock;
  readonly #maxQueuedBytes: number;
  readonly #retryMs: number;
  readonly #onState: ((state: AuditState, error?: Error) => void) | undefined;
  readonly #write: Write;

  #state: AuditState = 'ok';
  #pending: string[] = [];
  #pendingBytes = 0;
  #batch = NOTHING;
  #written = 0;
  #writing = false;
  #scheduled = false;
  #error: Error | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #settled: ((error?: Error) => void) | undefined;

  static open(options: AuditLogOptions): AuditLog {
    mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
    const { file, lock } = lockFile(options.file);
    try {
      return new AuditLog(options, file, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  private constructor(options: AuditLogOptions, file: string, lock: Lock) {
    this.file = file;
    this.#lock = lock;
    this.#clock = options.clock;
    this.#maxQueuedBytes = options.maxQueuedBytes ?? 8 * MIB;
    this.#retryMs = options.retryMs ?? 1000;
    this.#onState = options.onState;
    this.#write = options.write ?? writeToFile;
    this.#fd = openSync(file, 'a+', 0o600);
    try {
      const head = linkTo(this.#fd);
      this.#chain = new Chain({ stream: options.stream, server: options.server, head });
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
    this.#enqueue(openRecord(this.#clock.now()));
  }

  get state(): AuditState {
    return this.#state;
  }

  /** SHA-256 of the last line, written or not. */
  get head(): string {
    return this.#chain.head;
  }

  /** Bytes that are not in the file yet. */
  get queuedBytes(): number {
    return this.#pendingBytes + this.#batch.length - this.#written;
  }

  /** `namespace/name` of the server that calls go to from now on. */
  serve(server: string): void {
    this.#chain.serve(server);
  }

  /** Numbers and queues one record. Records appended while the state is not `ok` are kept too, in memory. */
  append(input: DecisionInput): void {
    if (this.#closing !== undefined) throw new Error('the audit log is closed');
    this.#enqueue(decisionRecord(input));
  }

  /** Writes the close record and everything queued, syncs and unlocks. A write that fails now fails the close. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      this.#enqueue(closeRecord(this.#clock.now()));
      await this.#drained();
      await synced(this.#fd);
    } finally {
      closeSync(this.#fd);
      this.#lock.release();
    }
  }

  #enqueue(body: AuditBody): void {
    const line = `${this.#chain.append(body)}\n`;
    this.#pending.push(line);
    this.#pendingBytes += Buffer.byteLength(line);
    this.#schedule();
    if (this.#state === 'ok' && this.queuedBytes > this.#maxQueuedBytes) this.#become('behind');
  }

  #drained(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settled = (error) => (error === undefined ? resolve() : reject(error));
      // One last attempt now instead of waiting for the next one.
      clearTimeout(this.#retry);
      this.#retry = undefined;
      this.#flush();
    });
  }

  /** A write costs a call more CPU than its line does, so the lines of a few milliseconds share one. */
  #schedule(): void {
    if (this.#scheduled || this.#writing) return;
    this.#scheduled = true;
    setTimeout(this.#flushScheduled, GATHER_MS);
  }

  readonly #flushScheduled = (): void => {
    this.#scheduled = false;
    this.#flush();
  };

  #flush(): void {
    if (this.#writing || this.#retry !== undefined) return;
    if (this.#written === this.#batch.length) {
      if (this.#pending.length === 0) {
        this.#settled?.();
        return;
      }
      this.#batch = Buffer.from(this.#pending.join(''));
      this.#written = 0;
      this.#pending = [];
      this.#pendingBytes = 0;
    }
    this.#writing = true;
    // The offset survives failures: a line half written before ENOSPC goes on where it stopped.
    this.#write(this.#fd, this.#batch, this.#written, this.#batch.length - this.#written, this.#wrote);
  }

  readonly #wrote: WriteDone = (error, written) => {
    this.#writing = false;
    if (error !== null) {
      this.#failed(error);
      return;
    }
    this.#written += written;
    if (this.#written === this.#batch.length) {
      this.#batch = NOTHING;
      this.#written = 0;
    }
    // Half the bound, so that the state does not flicker at it.
    const room = this.queuedBytes <= this.#maxQueuedBytes / 2;
    if (this.#state === 'failed') this.#become(room ? 'ok' : 'behind');
    else if (this.#state === 'behind' && room) this.#become('ok');
    if (this.#settled === undefined && this.#written === this.#batch.length && this.#pending.length > 0)
      this.#schedule();
    else this.#flush();
  };

  #failed(error: Error): void {
    this.#error = error;
    if (this.#settled !== undefined) {
      this.#become('failed');
      this.#settled(error);
      return;
    }
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#flush();
    }, this.#retryMs);
    this.#become('failed');
  }

  #become(state: AuditState): void {
    if (this.#state === state) return;
    this.#state = state;
    if (state === 'failed') this.#onState?.(state, this.#error);
    else this.#onState?.(state);
  }
}

function lockFile(wanted: string): { file: string; lock: Lock } {
  const own = `${wanted.endsWith('.jsonl') ? wanted.slice(0, -'.jsonl'.length) : wanted}.${process.pid}.jsonl`;
  for (const file of [wanted, own]) {
    const lock = acquireLock(`${file}.lock`);
    if (lock !== undefined) return { file, lock };
  }
  throw new Error(`${wanted} is in use, and so is ${own}`);
}

/** The line to link the new stream to; a torn one gets its newline first, so that the verifier sees it as a line. */
function linkTo(fd: number): { hash: string } | undefined {
  const last = readLastLine(fd);
  if (last === undefined) return undefined;
  if (!last.terminated) writeSync(fd, '\n');
  return { hash: lineHash(last.bytes) };
}

function synced(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fsync(fd, (error) => (error === null ? resolve() : reject(error)));
  });
}
