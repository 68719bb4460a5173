/**
 * What gates of one server know of its definitions, through the operator: each tells what it sees first, and hears what the others have
 * seen and what people have accepted. Nothing of this is waited for by a call: while the operator is away, what is known goes on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseJson } from '../../core/mcp/parse-json.ts';
import type { Clock } from '../../core/clock.ts';
import type { DefinitionName } from '../memory/definition-lines.ts';
import { type PinKeeper, readSnapshot, type SharedSnapshot } from '../memory/shared-pins.ts';
import { Backoff, spread } from './backoff.ts';
import { describeFailure, type OperatorAnswer, type OperatorClient } from './client.ts';

/** The operator holds a question for so long until there is something new. */
const WAIT_S = 25;
const WAIT_TIMEOUT_MS = 35_000;
const TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 10_000;
/** An operator that knows nothing of pins is asked again when it may have been upgraded. */
const UNSUPPORTED_PAUSE_MS = 5 * 60_000;
/** What is held is told again: whoever was asked about it may have let the request expire. */
const TELL_AGAIN_MS = 10 * 60_000;
/** Of two thousand definitions with both ends of their history. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
/** The operator takes 200 and 256 KiB at once. */
const MAX_BATCH = 200;
const MAX_BATCH_BYTES = 192 * 1024;
/** Of what waits to be told while the operator is away, and of what was. */
const MAX_WAITING = 2_000;
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const MAX_TOLD = 10_000;

export type LinkState =
  /** Nothing was heard yet. */
  | 'starting'
  | 'together'
  /** The operator does not answer. */
  | 'alone'
  /** It is of a version that keeps no pins: each gate has its own, as without an operator. */
  | 'unsupported';

export interface DefinitionLinkEvents {
  onPins(snapshot: SharedSnapshot): void;
  /** `problem`: why, where it does not answer. */
  onState(state: LinkState, problem: string): void;
  /** So many definitions are not told: there is no room for them here or there. */
  onUntold(count: number, why: string): void;
}

interface Waiting {
  readonly kind: DefinitionName['kind'];
  readonly bytes: Buffer;
  readonly used: boolean;
}

export class DefinitionLink implements PinKeeper {
  /** Resolves when the operator has answered for the first time, or has not. */
  readonly begun: Promise<void>;
  readonly #client: Pick<OperatorClient, 'request'>;
  readonly #clock: Clock;
  readonly #events: DefinitionLinkEvents;
  readonly #stopped = new AbortController();
  readonly #waiting = new Map<string, Waiting>();
  readonly #toldAt = new Map<string, number>();
  #waitingBytes = 0;
  #state: LinkState = 'starting';
  #version = '';
  #isTelling = false;
  #markBegun: () => void;

  constructor(client: Pick<OperatorClient, 'request'>, clock: Clock, events: DefinitionLinkEvents) {
    this.#client = client;
    this.#clock = clock;
    this.#events = events;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.begun = promise;
    this.#markBegun = resolve;
  }

  get isAlone(): boolean {
    return this.#state === 'starting' || this.#state === 'alone';
  }

  start(): void {
    void this.#listen();
  }

  stop(): void {
    this.#stopped.abort();
  }

  tell({ kind, name, digest }: DefinitionName, bytes: Buffer, isShown: boolean): void {
    if (this.#state === 'unsupported') return;
    const key = `${kind} ${isShown ? 'shown' : 'held'} ${digest} ${name}`;
    const now = this.#clock.monotonic();
    const before = this.#toldAt.get(key);
    if (this.#waiting.has(key) || (before !== undefined && now - before < TELL_AGAIN_MS)) return;
    this.#toldAt.delete(key);
    const bytesThen = this.#waitingBytes + bytes.length;
    const isTooLong = bytes.length > MAX_BATCH_BYTES;
    if (isTooLong || this.#waiting.size >= MAX_WAITING || bytesThen > MAX_WAITING_BYTES) {
      this.#events.onUntold(1, isTooLong ? 'it is too long' : 'too many wait to be told');
      return;
    }
    // The bytes of a whole answer must not stay for one definition in it.
    this.#waiting.set(key, { kind, bytes: Buffer.from(bytes), used: isShown });
    this.#waitingBytes = bytesThen;
    if (this.#isTelling) return;
    this.#isTelling = true;
    // What one list has goes in one request.
    setImmediate(() => void this.#tellAll());
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stopped;
    const backoff = new Backoff(FIRST_PAUSE_MS, MAX_PAUSE_MS);
    while (!signal.aborted) {
      const pause = await this.#hear().catch((error: unknown) => {
        if (!signal.aborted) this.#become('alone', reasonOf(error));
        return undefined;
      });
      this.#markBegun();
      if (pause !== undefined) backoff.reset();
      const ms = pause ?? backoff.next();
      if (ms > 0) await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  /** How long to wait before the next question. */
  async #hear(): Promise<number> {
    const query = this.#version === '' ? '' : `?unless=${encodeURIComponent(this.#version)}&wait=${WAIT_S}`;
    const answer = await this.#client.request({
      method: 'GET',
      path: `/v1/definitions${query}`,
      timeoutMs: this.#version === '' ? TIMEOUT_MS : WAIT_TIMEOUT_MS,
      repeatable: true,
      waits: true,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      signal: this.#stopped.signal,
    });
    if (answer.status === 404) {
      this.#become('unsupported', '');
      return spread(UNSUPPORTED_PAUSE_MS);
    }
    const { version } = (answer.body ?? {}) as { version?: unknown };
    if (answer.status !== 200 || typeof version !== 'string') throw new Error(describeFailure(answer));
    const snapshot = version === this.#version ? undefined : readSnapshot(answer.body);
    if (snapshot !== undefined) {
      this.#version = version;
      this.#events.onPins(snapshot);
    }
    this.#become('together', '');
    // One that answers at once what is known is not asked without an end.
    return snapshot === undefined ? FIRST_PAUSE_MS : 0;
  }

  async #tellAll(): Promise<void> {
    const { signal } = this.#stopped;
    const backoff = new Backoff(FIRST_PAUSE_MS, MAX_PAUSE_MS);
    while (this.#waiting.size > 0 && !signal.aborted) {
      const batch = this.#nextBatch();
      const answer = await this.#tellThese([...batch.values()]).catch(() => undefined);
      if (answer === undefined || answer.status >= 500 || answer.status === 429) {
        await sleep(backoff.next(), undefined, { signal, ref: false }).catch(() => {});
        continue;
      }
      backoff.reset();
      if (answer.status !== 200) this.#events.onUntold(batch.size, describeFailure(answer));
      for (const [key, { bytes }] of batch) {
        this.#waiting.delete(key);
        this.#waitingBytes -= bytes.length;
        this.#remember(key);
      }
    }
    this.#isTelling = false;
  }

  #nextBatch(): Map<string, Waiting> {
    const batch = new Map<string, Waiting>();
    let size = 0;
    for (const [key, one] of this.#waiting) {
      size += one.bytes.length;
      if (batch.size === MAX_BATCH || (size > MAX_BATCH_BYTES && batch.size > 0)) break;
      batch.set(key, one);
    }
    return batch;
  }

  #tellThese(batch: readonly Waiting[]): Promise<OperatorAnswer> {
    const definitions = batch.map(({ kind, bytes, used }) => ({
      kind,
      definition: parseJson(bytes.toString('utf8')),
      used,
    }));
    return this.#client.request({
      method: 'POST',
      path: '/v1/definitions',
      body: { definitions },
      timeoutMs: TIMEOUT_MS,
      repeatable: true,
      signal: this.#stopped.signal,
    });
  }

  #remember(key: string): void {
    this.#toldAt.set(key, this.#clock.monotonic());
    const [oldest] = this.#toldAt.keys();
    if (this.#toldAt.size > MAX_TOLD && oldest !== undefined) this.#toldAt.delete(oldest);
  }

  #become(state: LinkState, problem: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#events.onState(state, problem);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
