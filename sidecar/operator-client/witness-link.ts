/**
 * Shows the operator the newest checkpoint of the audit log, with the proof that it goes on from the last one that was cosigned (C2SP
 * tlog-witness), and hears the cosignature. Nothing of this is waited for by a call; while the operator is away, the newest checkpoint is
 * kept, which covers all before it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff, spread } from './backoff.ts';
import { describeFailure, type OperatorAnswer, type OperatorClient } from './client.ts';

/** The operator answers once the checkpoint is kept, with those of others in one write. */
const TIMEOUT_MS = 30_000;
/** Between two that are shown, though more are signed: the newest covers them all. */
const EVERY_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;
/** An operator that is no witness, and one that has refused for good, may be another one by then. */
const LONG_PAUSE_MS = 5 * 60_000;

export interface ProvenTree {
  /** PROOF(from, D[to]) of RFC 9162 §2.1.4.1; undefined where it cannot be had. */
  consistency(from: number, to: number): readonly Uint8Array[] | undefined;
  /** The trees of these sizes are what proofs begin at from now on. */
  keep(...sizes: readonly number[]): void;
}

/** `fork`: the operator holds other lines, or more, than this gate has written. */
export const WITNESS_FAILURES = ['fork', 'refused', 'unreachable'] as const;
export type WitnessFailure = (typeof WITNESS_FAILURES)[number];

export interface WitnessEvents {
  /** The note with its cosignatures. */
  onWitnessed(note: string): void;
  onFailure(reason: WitnessFailure, problem: string): void;
}

export interface WitnessPauses {
  readonly everyMs?: number;
  readonly firstMs?: number;
}

export class WitnessLink {
  readonly #client: Pick<OperatorClient, 'request'>;
  readonly #tree: ProvenTree;
  readonly #events: WitnessEvents;
  readonly #everyMs: number;
  readonly #backoff: Backoff;
  readonly #stopped = new AbortController();
  #newest: { readonly note: string; readonly size: number } | undefined;
  /** Lines that are witnessed. */
  #held = 0;
  #isRunning = false;
  #isLast = false;
  /** Ends the pause at hand. */
  #wake = new AbortController();
  #ended: Promise<void> = Promise.resolve();

  constructor(
    client: Pick<OperatorClient, 'request'>,
    tree: ProvenTree,
    events: WitnessEvents,
    { everyMs = EVERY_MS, firstMs = FIRST_PAUSE_MS }: WitnessPauses = {},
  ) {
    this.#client = client;
    this.#tree = tree;
    this.#events = events;
    this.#everyMs = everyMs;
    this.#backoff = new Backoff(firstMs, MAX_PAUSE_MS);
  }

  /** A checkpoint was signed: a note over so many lines. */
  offer(note: string, size: number): void {
    this.#newest = { note, size };
    if (this.#isRunning || this.#stopped.signal.aborted) return;
    this.#isRunning = true;
    this.#ended = this.#run();
  }

  /** The log is closed: its last checkpoint is shown at once, and waited for so long. */
  async finish(withinMs: number): Promise<void> {
    this.#isLast = true;
    this.#wake.abort();
    const late = sleep(withinMs, undefined, { ref: false });
    await Promise.race([this.#ended, late]);
    this.stop();
  }

  stop(): void {
    this.#stopped.abort();
    this.#wake.abort();
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const shown = this.#newest;
      if (shown === undefined || shown.size <= this.#held) break;
      const pause = await this.#show(shown);
      // Nothing comes after the last one; what is refused now is not shown again.
      if (this.#isLast && (this.#newest?.size ?? 0) <= this.#held) break;
      await this.#pause(pause);
    }
    this.#isRunning = false;
  }

  /** How long to wait before the next one. */
  async #show({ note, size }: { readonly note: string; readonly size: number }): Promise<number> {
    const old = this.#held;
    const proof = this.#tree.consistency(old, size);
    if (proof === undefined)
      return this.#failed('fork', `the operator holds ${old} lines, of which nothing is proven here`);
    // Should the answer be lost, one of them is what is held.
    this.#tree.keep(old, size);
    let answer: OperatorAnswer;
    try {
      answer = await this.#client.request({
        method: 'POST',
        path: '/v1/checkpoints',
        body: { old, proof: proof.map((hash) => Buffer.from(hash).toString('base64')), checkpoint: note },
        timeoutMs: TIMEOUT_MS,
        repeatable: true,
        waits: true,
        signal: this.#stopped.signal,
      });
    } catch (error) {
      if (this.#stopped.signal.aborted) return 0;
      return this.#failed('unreachable', error instanceof Error ? error.message : String(error));
    }
    return this.#heard(answer, note, size);
  }

  #heard(answer: OperatorAnswer, note: string, size: number): number {
    const { size: theirs, cosignatures } = (answer.body ?? {}) as { size?: unknown; cosignatures?: unknown };
    switch (answer.status) {
      case 200:
        if (typeof cosignatures !== 'string') break;
        this.#goOnFrom(size);
        this.#backoff.reset();
        this.#events.onWitnessed(`${note}${cosignatures}`);
        return spread(this.#everyMs);
      case 409:
        if (typeof theirs !== 'number') break;
        // An answer that was lost, or a witness that has lost what it held. More than was ever signed here is neither.
        if (theirs > size)
          return this.#failed('fork', `${theirs} lines are witnessed, and only ${size} were signed here`);
        // What was proven last is still what to go on from: an operator that was set back may know it again.
        if (this.#tree.consistency(theirs, size) === undefined)
          return this.#failed('fork', `the operator holds ${theirs} lines, of which nothing is proven here`);
        this.#goOnFrom(theirs);
        return this.#backoff.next();
      case 422:
        return this.#failed('fork', describeFailure(answer));
      case 400:
      case 403:
        return this.#failed('refused', describeFailure(answer));
      // An operator of an earlier version is no witness.
      case 404:
        return spread(LONG_PAUSE_MS);
      default:
    }
    return this.#failed('unreachable', describeFailure(answer));
  }

  #goOnFrom(size: number): void {
    this.#held = size;
    this.#tree.keep(size);
  }

  #failed(reason: WitnessFailure, problem: string): number {
    this.#events.onFailure(reason, problem);
    // What it has said of these lines it says again; a key that it does not know yet it may know soon.
    return reason === 'fork' ? spread(LONG_PAUSE_MS) : this.#backoff.next();
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isLast) ms = Math.min(ms, LAST_PAUSE_MS);
    else this.#wake = new AbortController();
    await sleep(ms, undefined, {
      signal: AbortSignal.any([this.#wake.signal, this.#stopped.signal]),
      ref: false,
    }).catch(() => {});
  }
}

const LAST_PAUSE_MS = 500;
