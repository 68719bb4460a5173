/**
 * Tells the operator what this pod enforces. What has changed is sent in the same turn of the loop: the operator measures from
 * its write to this report, and people wait for it. Whatever could not be told is told again; only the newest state is kept.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Understanding } from '../../core/policy/bundle-versions.ts';
import { Backoff, spread } from './backoff.ts';
import { type OperatorClient, describeFailure } from './client.ts';

const TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 10_000;
/** So that an operator that lost its memory learns anew. */
const REPEAT_MS = 5 * 60_000;

export interface AwayIssuer {
  readonly issuer: string;
  readonly why: string;
  /** RFC 3339. */
  readonly since: string;
  /** Whether its tokens are taken all the same, by the keys of before. */
  readonly usable: boolean;
}

export interface Report {
  readonly version: string;
  /** Which policies can be written for this gate. Operators before this was said take the report without. */
  readonly understands: Understanding;
  /** `problem`: why what is mounted was not taken; the revision stays in force then. */
  readonly policy: { readonly revision: string | null; readonly problem: string | null };
  readonly tokens: { readonly clients: number; readonly problems: readonly string[] };
  /** Issuers whose keys are fetched, and those of them whose keys cannot be read now. */
  readonly issuers?: { readonly trusted: number; readonly away: readonly AwayIssuer[] };
  /** Which keys for the server are not to be had; absent while it is shown none. Operators before this was said take the report without. */
  readonly credentials?: { readonly problems: readonly string[] };
  /** `problem`: why the gate does not count in the store that it shares now; absent while it shares none. */
  readonly state?: { readonly problem: string | null } | undefined;
  /** What clients are shown; absent where the policy has never asked for TLS. `problem`: why what should be shown is not. */
  readonly tls?: { readonly notAfter: string | null; readonly problem: string | null; readonly mounted: boolean };
  /** Whether the server listens on loopback alone; null: nobody knows. */
  readonly upstream: { readonly loopbackOnly: boolean | null };
}

export interface ReporterEvents {
  /** What the operator answered to a report that it took, every time. */
  onAnswer(body: unknown): void;
  /** The operator took the report; called when that is news. */
  onTaken(): void;
  /** It did not, and is asked again; called when that, or why, is news. */
  onProblem(problem: string): void;
}

export class Reporter {
  readonly #client: OperatorClient;
  readonly #events: ReporterEvents;
  readonly #stopped = new AbortController();
  /** Resolves when the operator has answered for the first time, or has not. */
  readonly begun: Promise<void>;
  readonly #markBegun: () => void;
  #report: Report;
  #started = false;
  /** Ends the pause before the next attempt. */
  #wake: AbortController | undefined = undefined;
  #lastNews: string | undefined = undefined;

  constructor(client: OperatorClient, initial: Report, events: ReporterEvents) {
    this.#client = client;
    this.#report = initial;
    this.#events = events;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.begun = promise;
    this.#markBegun = resolve;
  }

  /** Replaces parts of what is reported. What happens in one turn of the loop is told at once, together. */
  update(parts: Partial<Report>): void {
    const next = { ...this.#report, ...parts };
    if (JSON.stringify(next) === JSON.stringify(this.#report)) return;
    this.#report = next;
    setImmediate(() => this.#wake?.abort());
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#run();
  }

  stop(): void {
    this.#stopped.abort();
    this.#wake?.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    const backoff = new Backoff(FIRST_PAUSE_MS, MAX_PAUSE_MS);
    while (!signal.aborted) {
      const report = this.#report;
      const taken = await this.#send(report);
      this.#markBegun();
      if (taken) backoff.reset();
      // What has changed while that was on its way goes out without a pause.
      if (this.#report === report) await this.#pause(taken ? spread(REPEAT_MS) : backoff.next());
    }
  }

  async #send(report: Report): Promise<boolean> {
    try {
      const answer = await this.#client.request({
        method: 'POST',
        path: '/v1/report',
        body: report,
        timeoutMs: TIMEOUT_MS,
        repeatable: true,
        signal: this.#stopped.signal,
      });
      if (answer.status < 200 || answer.status > 299) throw new Error(describeFailure(answer));
      this.#events.onAnswer(answer.body);
      this.#tell('');
      return true;
    } catch (error) {
      if (!this.#stopped.signal.aborted) this.#tell(reasonOf(error));
      return false;
    }
  }

  async #pause(ms: number): Promise<void> {
    this.#wake = new AbortController();
    await sleep(ms, undefined, { signal: this.#wake.signal, ref: false }).catch(() => {});
    this.#wake = undefined;
  }

  #tell(problem: string): void {
    if (problem === this.#lastNews) return;
    this.#lastNews = problem;
    if (problem === '') this.#events.onTaken();
    else this.#events.onProblem(problem);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
