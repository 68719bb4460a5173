/** Waits at the operator until one request is decided, for all calls here that wait for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';
import { Backoff } from '../operator-client/backoff.ts';
import type { OperatorClient } from '../operator-client/client.ts';
import type { Approval } from './approval.ts';
import { readApproval } from './operator-answer.ts';

/** How long the operator may keep the question: below the shortest idle timeout known of proxies on the way. */
const WAIT_SECONDS = 25;
const MARGIN_MS = 5_000;
const FIRST_PAUSE_MS = 100;
/** Much below the time that a call is held, so that it still learns of a decision when the connection is back. */
const MAX_PAUSE_MS = 2_000;
/** Whoever answers sooner than this that nothing has happened did not wait. */
const SOON_MS = 1_000;

export class OperatorWatch {
  readonly #client: OperatorClient;
  readonly #approval: Approval;
  readonly #clock: Clock;
  readonly #onOver: () => void;
  readonly #listeners = new Set<(settled: Approval) => void>();
  readonly #stopped = new AbortController();

  constructor(client: OperatorClient, approval: Approval, clock: Clock, onOver: () => void) {
    this.#client = client;
    this.#approval = approval;
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** Begins with the first listener and ends when the last one has left, or been told. */
  add(listener: (settled: Approval) => void): () => void {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) void this.#follow();
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#end();
    };
  }

  #end(): void {
    this.#stopped.abort();
    this.#onOver();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopped;
    const backoff = new Backoff(FIRST_PAUSE_MS, MAX_PAUSE_MS);
    while (!signal.aborted) {
      const began = this.#clock.monotonic();
      const settled = await this.#ask();
      if (settled !== 'pending' && settled !== 'failed') return this.#tell(settled);
      if (settled === 'pending' && this.#clock.monotonic() - began >= SOON_MS) backoff.reset();
      else await sleep(backoff.next(), undefined, { signal }).catch(() => {});
    }
  }

  /** Whatever is no clear answer is asked again: the calls that wait give up by themselves in time. */
  async #ask(): Promise<Approval | 'pending' | 'failed'> {
    const { name, subject } = this.#approval;
    try {
      const { status, body } = await this.#client.request({
        method: 'GET',
        path: `/v1/approvals/${encodeURIComponent(name)}?unless=Pending&wait=${WAIT_SECONDS}`,
        timeoutMs: WAIT_SECONDS * 1000 + MARGIN_MS,
        repeatable: true,
        waits: true,
        signal: this.#stopped.signal,
      });
      if (status === 404) return { ...this.#approval, state: 'Withdrawn' };
      const approval = status === 200 ? readApproval(body, subject)?.approval : undefined;
      if (approval === undefined) return 'failed';
      return approval.state === 'Pending' ? 'pending' : approval;
    } catch {
      return 'failed';
    }
  }

  #tell(settled: Approval): void {
    if (this.#stopped.signal.aborted) return;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    this.#end();
    for (const listener of listeners) listener(settled);
  }
}
