/**
 * The audit log of one gate: chained lines in files that follow on each other. It never refuses a call; the caller refuses calls while
 * `state` is not `ok`. What ends meanwhile is kept, up to a bound, and what finds no room is counted on a line of its own. Lines reach
 * the disk when the system writes them back, but for those that somebody waits for; only `close` waits for all.
 */
import { dirname } from 'node:path';
import { Chain } from '../../core/audit/chain.ts';
import * as gate from '../../core/audit/gate-record.ts';
import * as record from '../../core/audit/record.ts';
import type { LineBody } from '../../core/telemetry/audit-log-data.ts';
import type { SigningKey } from '../../core/audit/note/note-keys.ts';
import type { Clock } from '../../core/clock.ts';
import type { SpanReference } from '../../core/telemetry/telemetry.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { Checkpoints } from './checkpoints.ts';
import { Counts } from './counts.ts';
import { FileSeries, filesIn, type Link } from './file-series.ts';
import { type AuditLimits, readAuditLimits } from './limits.ts';
import { type AuditState, LineWriter } from './line-writer.ts';
import { type AuditLogOptions, MAX_QUEUED_BYTES, writerOptions } from './log-options.ts';
import { Retention } from './retention.ts';
import { look, type Loss } from './whereabouts.ts';

export type { AuditState } from './line-writer.ts';
export type { AuditLogOptions } from './log-options.ts';

const MINUTE_MS = 60_000;
const CHECKPOINT_MS = 5000;
/** Times the bytes at which calls are refused: room for the ends of those that were let in before. */
const ROOM_FOR_ENDS = 4;

export class AuditLog {
  readonly #options: AuditLogOptions;
  readonly #limits: AuditLimits;
  readonly #clock: Clock;
  readonly #series: FileSeries;
  readonly #chain: Chain;
  readonly #writer: LineWriter;
  readonly #retention: Retention;
  readonly #checkpoints: Checkpoints | undefined;
  readonly #counts: Counts;
  readonly #begunStreamAt: number;
  readonly #maxQueuedBytes: number;
  readonly #watch: NodeJS.Timeout;
  /** Bytes of the newest file, those that are queued for it included. */
  #fileBytes: number;
  /** Of the newest file: when it was begun, and whether there is more in it than its beginning. */
  #begunAt: number;
  #hasMore = false;
  #looking = false;
  #closing: Promise<void> | undefined;

  /** Throws the system's error, or NotAFile, where no file can be had. */
  static open(options: AuditLogOptions): AuditLog {
    makeDirectory(dirname(options.file));
    const series = new FileSeries(options.file);
    try {
      return new AuditLog(options, series, series.link());
    } catch (error) {
      series.close();
      throw error;
    }
  }

  private constructor(options: AuditLogOptions, series: FileSeries, link: Link | undefined) {
    this.#options = options;
    this.#limits = options.limits ?? readAuditLimits({});
    this.#clock = options.clock;
    this.#series = series;
    this.#chain = new Chain({ stream: options.stream, server: options.server, head: link });
    this.#maxQueuedBytes = options.maxQueuedBytes ?? MAX_QUEUED_BYTES;
    this.#counts = this.#makeCounts();
    const onState = (state: AuditState, error?: Error): void => {
      if (state === 'ok') setImmediate(() => this.#counts.canWriteAgain());
      options.onState?.(state, error);
    };
    this.#writer = new LineWriter(series.current, writerOptions(options, onState));
    this.#retention = new Retention(this.#limits, options.archive, (released, done) => {
      this.#enqueue(gate.releaseRecord(this.#clock.now(), released));
      // On the disk with it: once the file is gone, nothing else proves that it was the gate that let it go.
      this.#checkpoints?.now();
      this.#writer.whenDurable(done);
    });
    if (options.signer !== undefined || options.awaitsSigner === true) this.#checkpoints = this.#makeCheckpoints();
    this.#fileBytes = series.current.bytes;
    this.#begunAt = series.begunAt ?? this.#clock.now();
    const continues = link?.file === undefined ? undefined : { file: link.file, reason: 'start' as const };
    this.#begunStreamAt = this.#clock.monotonic();
    this.#enqueue(gate.openRecord(this.#clock.now(), continues, options.signer?.verifier.text, options.facts));
    this.#release();
    this.#watch = setInterval(() => this.#look(), options.lookMs ?? 500).unref();
  }

  /** The file written to: another than asked for when a living process has that one. */
  get file(): string {
    return this.#series.current.path;
  }

  get state(): AuditState {
    return this.#writer.state;
  }

  /** SHA-256 of the last line, written or not. */
  get head(): string {
    return this.#chain.head;
  }

  /** Bytes that are not in the file yet. */
  get queuedBytes(): number {
    return this.#writer.queuedBytes;
  }

  /** `namespace/name` of the server that calls go to from now on. */
  serve(server: string): void {
    this.#chain.serve(server);
  }

  /** The proof that the tree of one checkpoint goes on from that of another, and which of them is asked for next. */
  get tree(): Pick<Chain['tree'], 'consistency' | 'keep'> {
    return this.#chain.tree;
  }

  /** Another key signs from now on. The line that says so is signed by the one before, so that whoever trusts that one can go on. */
  signWith(signer: SigningKey): void {
    const before = this.#checkpoints?.signer;
    if (this.#closing !== undefined || before?.verifier.text === signer.verifier.text) return;
    this.#enqueue(gate.keyRecord(this.#clock.now(), signer.verifier.text));
    this.#checkpoints?.now();
    this.#checkpoints?.adopt(signer);
    this.#checkpoints?.soon();
  }

  /** Numbers and queues one record. Records appended while the state is not `ok` are kept too, in memory, while there is room for them. */
  append(input: record.DecisionInput): void {
    this.#requireOpen();
    if (this.#hasRoom) this.#enqueue(record.decisionRecord(input), input.span);
    else this.#counts.lose('decision');
  }

  /** What happened besides calls. */
  note(note: gate.GateNote): void {
    // It may come late: what is told of a gate that has ended is of no use to its log.
    if (this.#closing !== undefined) return;
    if (this.#hasRoom) this.#enqueue(gate.noteRecord(this.#clock.now(), note));
    else this.#counts.lose('note');
  }

  /** Something that has no line, since nothing can be recorded. */
  lose(what: gate.LostKind): void {
    this.#counts.lose(what);
  }

  /**
   * Records that a call is, or is about to be, with the server; the record of its end names the number that this returns.
   * `durable` is called once the line is on the disk, or with the error if that has failed. Undefined: there is no room for it.
   */
  intend(input: record.IntentInput, durable?: (error?: Error) => void): number | undefined {
    this.#requireOpen();
    if (!this.#hasRoom) {
      this.#counts.lose('note');
      durable?.(new Error('too much waits to be written'));
      return undefined;
    }
    const seq = this.#chain.next;
    this.#enqueue(record.intentRecord(input), input.span);
    if (durable !== undefined) this.#writer.whenDurable(durable);
    return seq;
  }

  /**
   * A refusal of somebody who is not known. The first of each kind and source is recorded whole, and true; others are counted, and
   * recorded together a minute later. So are all while nothing can be recorded.
   */
  refuseUnknown(input: record.DecisionInput, source: string): boolean {
    this.#requireOpen();
    const isWhole = this.#counts.refuse(input.decision.reason, source, input.time);
    if (isWhole) this.#enqueue(record.decisionRecord(input), input.span);
    return isWhole;
  }

  /** Looks at once whether the file was moved, as logrotate does before it sends its signal. Resolves with true if it was. */
  reopen(): Promise<boolean> {
    const { file } = this.#writer;
    return new Promise((resolve) => {
      look(file, 0, (loss) => {
        // Not where another look has begun a new one meanwhile: that is where it should be.
        if (loss !== undefined && file === this.#writer.file) this.#lost(loss);
        resolve(loss !== undefined);
      });
    });
  }

  /** Writes the close record, with the reason, and everything queued, syncs and unlocks. A write that fails now fails the close. */
  close(reason?: string): Promise<void> {
    this.#closing ??= this.#close(reason);
    return this.#closing;
  }

  async #close(reason: string | undefined): Promise<void> {
    clearInterval(this.#watch);
    try {
      this.#counts.end();
      this.#checkpoints?.end();
      const uptimeMs = this.#clock.monotonic() - this.#begunStreamAt;
      this.#enqueue(gate.closeRecord(this.#clock.now(), reason === undefined ? undefined : { reason, uptimeMs }));
      await this.#writer.drained();
    } finally {
      this.#series.close();
    }
  }

  #makeCheckpoints(): Checkpoints {
    return new Checkpoints(this.#chain, this.#options.signer, {
      onSigned: this.#options.onCheckpoint,
      afterMs: this.#options.checkpointMs ?? CHECKPOINT_MS,
      // While nothing can be written the queue must not grow; what waits in it is signed with what comes next.
      canWrite: () => this.state === 'ok',
      write: (note) => this.#enqueue(gate.checkpointRecord(this.#clock.now(), note)),
    });
  }

  #makeCounts(): Counts {
    return new Counts({
      clock: this.#clock,
      countMs: this.#options.countMs ?? MINUTE_MS,
      canWrite: () => this.state === 'ok',
      write: (counted) => this.#enqueue(counted),
      onRefusals: this.#options.onRefusals,
    });
  }

  get #hasRoom(): boolean {
    return this.#writer.queuedBytes <= ROOM_FOR_ENDS * this.#maxQueuedBytes;
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new Error('the audit log is closed');
  }

  #enqueue(body: LineBody, span?: SpanReference): void {
    const text = this.#chain.append(body);
    const bytes = Buffer.byteLength(text) + 1;
    this.#writer.push(`${text}\n`, bytes);
    this.#options.onLine?.(text, body, span);
    this.#fileBytes += bytes;
    this.#hasMore = true;
    if (body.event !== 'checkpoint' && body.event !== 'close') this.#checkpoints?.soon();
    if (this.#fileBytes >= this.#limits.fileBytes && body.event !== 'continue' && body.event !== 'close')
      this.#switch('size');
  }

  /** From here on lines go to a file of their own, the first of which says where it goes on from. */
  #switch(reason: gate.BeginReason): void {
    const next = this.#series.prepare(reason);
    this.#writer.switchTo((before) => {
      const file = next.begin(before);
      setImmediate(() => this.#release());
      return file;
    });
    this.#fileBytes = 0;
    this.#begunAt = this.#clock.now();
    const continues = { file: next.continues, reason, tree: this.#chain.subtrees() };
    this.#enqueue(gate.continueRecord(this.#begunAt, continues, this.#checkpoints?.signer?.verifier.text));
    this.#hasMore = false;
  }

  #look(): void {
    if (this.#looking || this.#writer.switching || this.#writer.midLine || this.#closing !== undefined) return;
    if (this.#hasMore && this.#clock.now() - this.#begunAt >= this.#limits.fileAgeMs) {
      this.#switch('age');
      return;
    }
    this.#retention.lookAgain(this.#clock.now(), () => this.#release());
    this.#looking = true;
    const file = this.#writer.file;
    const written = file.bytes;
    look(file, written, (loss) => {
      this.#looking = false;
      if (loss === undefined) file.confirmed = written;
      else if (file === this.#writer.file) this.#lost(loss);
    });
  }

  /** Calls are refused until a line is in a new file. */
  #lost(loss: Loss): void {
    if (this.#writer.switching || this.#closing !== undefined) return;
    this.#writer.fail(new Error(`the audit file ${this.file} was ${loss} while it was written to; a new one is begun`));
    this.#switch(loss);
  }

  #release(): void {
    if (this.#closing !== undefined) return;
    const isUnsigned = this.#checkpoints !== undefined && this.#checkpoints.signer === undefined;
    if (this.state !== 'ok' || isUnsigned) {
      this.#retention.lookSoon();
      return;
    }
    this.#retention.release(filesIn(this.#series), this.#clock.now());
  }
}
