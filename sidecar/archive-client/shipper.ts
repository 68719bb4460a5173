/**
 * Brings the audit log to the archive, from the files it lies in: nothing is queued besides them, so what a gate keeps of what is not
 * acknowledged is bounded by what its files may hold. What earlier gates have left in the folder goes first.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { lineHash } from '../../core/audit/chain.ts';
import { parseLine } from '../../core/audit/parse-line.ts';
import { Backoff } from '../operator-client/backoff.ts';
import type { FilesToShip, OpenedFile } from './files-to-ship.ts';
import type { Place } from './progress.ts';
import { hasUnreadable, type ReadSegment, readSegment } from './segment-reader.ts';
import type { LastLine, Sender, ShipFailure } from './sender.ts';

/** How long a line may lie before it is sent. */
const LOOK_MS = 1_000;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;
/** Lines that the archive will not have may be of a file that somebody mends. */
const ASIDE_MS = 300_000;
/** On the way out there is no time for long pauses. */
const LAST_PAUSE_MS = 250;

export interface ShipperEvents {
  acknowledged(records: number): void;
  pending(bytes: number): void;
  failed(reason: ShipFailure): void;
  /** What went wrong, when that is news; undefined once it is over. */
  problem(why: string | undefined): void;
}

export interface ShipperOptions {
  readonly files: FilesToShip;
  readonly sender: Sender;
  readonly events: ShipperEvents;
  readonly lookMs?: number;
  readonly now?: () => number;
}

type Step = 'sent' | 'idle' | 'failed';

export class Shipper {
  readonly #files: FilesToShip;
  readonly #sender: Sender;
  readonly #events: ShipperEvents;
  readonly #lookMs: number;
  readonly #now: () => number;
  readonly #backoff = new Backoff(FIRST_PAUSE_MS, MAX_PAUSE_MS);
  /** Files with lines that were refused, and until when they are left alone. */
  readonly #aside = new Map<string, number>();
  readonly #stopped = new AbortController();
  #open: OpenedFile | undefined;
  #running: Promise<void> | undefined;
  #problem: string | undefined;

  constructor({ files, sender, events, lookMs = LOOK_MS, now = () => performance.now() }: ShipperOptions) {
    this.#files = files;
    this.#sender = sender;
    this.#events = events;
    this.#lookMs = lookMs;
    this.#now = now;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** All lines that the file has are in the archive. */
  isAcknowledged(path: string): boolean {
    return this.#files.isAcknowledged(path);
  }

  /** Sends what is left, for as long as `withinMs`: the log is closed already. */
  async close(withinMs: number): Promise<void> {
    this.#stopped.abort();
    const end = this.#now() + withinMs;
    // An archive that does not answer must not hold the gate back for longer than this, whenever it was asked.
    const inTime = <T>(work: Promise<T>): Promise<T | 'late'> =>
      Promise.race([work, sleep(Math.max(0, end - this.#now()), 'late' as const)]);
    let step: Step | 'late' = (await inTime(this.#running ?? Promise.resolve())) ?? 'sent';
    while (step !== 'idle' && step !== 'late' && this.#now() < end) {
      step = await inTime(this.#safeStep());
      if (step === 'failed') await sleep(Math.min(LAST_PAUSE_MS, Math.max(0, end - this.#now())));
    }
    this.#measure();
    this.#leave();
    this.#files.remember();
    await this.#sender.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const step = await this.#safeStep();
      this.#measure();
      if (step === 'sent') continue;
      const pause = step === 'idle' ? this.#lookMs : this.#backoff.next();
      await sleep(pause, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** Without a descriptor that is free a folder cannot be listed, and clients may hold them all: what was measured last stands then. */
  #measure(): void {
    try {
      this.#events.pending(this.#files.pendingBytes());
    } catch (error) {
      this.#tell(wordsOf(error));
    }
  }

  /** A folder that cannot be read now must not end the process. */
  async #safeStep(): Promise<Step> {
    try {
      return await this.#step();
    } catch (error) {
      this.#tell(wordsOf(error));
      this.#leave();
      return 'failed';
    }
  }

  async #step(): Promise<Step> {
    this.#open ??= this.#files.next(
      (id) => (this.#aside.get(id) ?? 0) <= this.#now(),
      (id, error) => this.#setAside(id, 'refused', wordsOf(error)),
    );
    const file = this.#open;
    if (file === undefined) return 'idle';
    // In this order: what is written to a file before it is left is read after that.
    const isLast = this.#files.isWrittenTo(file);
    const place = this.#files.placeOf(file);
    let segment: ReadSegment | undefined;
    try {
      segment = readSegment(file.fd, place);
    } catch (error) {
      return this.#setAside(file.id, 'refused', `${file.path} cannot be read: ${wordsOf(error)}`);
    }
    if (segment === undefined) {
      if (hasUnreadable(file.fd, place))
        return this.#setAside(file.id, 'refused', `${file.path} has a line that is longer than any record`);
      if (isLast) return 'idle';
      this.#files.finished(file);
      this.#leave();
      return 'sent';
    }
    const last = lastLineOf(segment);
    if (last === undefined) return this.#setAside(file.id, 'refused', `${file.path} has lines that are no records`);
    const sent = await this.#sender.send(segment.bytes, last);
    if (sent.failure === undefined) return this.#acknowledged(file, segment);
    if (sent.failure === 'refused') return this.#setAside(file.id, sent.failure, sent.why);
    this.#events.failed(sent.failure);
    this.#tell(sent.why);
    return 'failed';
  }

  #acknowledged(file: OpenedFile, { place, lines }: ReadSegment): Step {
    this.#files.acknowledged(file, place satisfies Place);
    this.#events.acknowledged(lines);
    this.#backoff.reset();
    this.#tell(undefined);
    return 'sent';
  }

  #setAside(id: string, failure: ShipFailure, why: string): Step {
    this.#events.failed(failure);
    this.#tell(why);
    this.#aside.set(id, this.#now() + ASIDE_MS);
    if (this.#open?.id === id) this.#leave();
    return 'failed';
  }

  #leave(): void {
    if (this.#open !== undefined) this.#files.leave(this.#open);
    this.#open = undefined;
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#events.problem(problem);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the archive has to confirm. Undefined for what is no record, such as a line that somebody has edited. */
function lastLineOf({ bytes, place }: ReadSegment): LastLine | undefined {
  const line = bytes.subarray(bytes.length - (place.end - place.lineAt), -1);
  const { fields } = parseLine(line);
  return fields === undefined ? undefined : { seq: fields.seq, stream: fields.stream, hash: lineHash(line) };
}
