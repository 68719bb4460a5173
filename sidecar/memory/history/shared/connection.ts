/**
 * The way to the shared store: connected as long as anybody wants it, and made anew with growing pauses. While it is not, nobody waits for
 * it; what takes too long, or is answered with an error, counts as gone, and the connection with it: what comes late is heard by nobody.
 */
import type { Clock } from '../../../../core/clock.ts';
import type { Destination, Link, LinkOptions } from './store-link.ts';

/** The aim is a millisecond; a quarter of a second is what a call may lose once, before everybody goes without. */
const ANSWER_MS = 250;
const CONNECT_MS = 2_000;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;
/** At the store at once; more would only wait behind them. */
const MAX_OPEN = 4_096;

/** `away`: there is no connection. `late`: no answer in time. `refused`: an error. `wrong`: an answer that makes no sense. */
export const STORE_FAILURES = ['away', 'late', 'refused', 'wrong', 'busy'] as const;
export type StoreFailure = (typeof STORE_FAILURES)[number];

export type Password = { readonly text: string } | { readonly problem: string } | undefined;

export interface ConnectionEvents {
  /** Undefined: it is there. Told when that, or what is wrong, is news. */
  onState(problem: string | undefined): void;
  /** Before anybody else may ask: rejects where the store is not good for it. */
  onOpen(run: Run): Promise<void>;
}

export type Run = (keys: readonly string[], words: readonly string[]) => Promise<unknown>;

export interface ConnectionParts {
  readonly to: Destination;
  /** Looked at whenever a connection is made. Undefined: there is none. */
  readonly password: () => Password;
  readonly clock: Clock;
  readonly events: ConnectionEvents;
  readonly openLink?: (options: LinkOptions) => Promise<Link>;
  readonly answerMs?: number;
  readonly random?: () => number;
}

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly reason: StoreFailure;

  constructor(reason: StoreFailure, message: string) {
    super(message);
    this.reason = reason;
  }
}

export class StoreConnection {
  readonly #parts: ConnectionParts;
  readonly #answerMs: number;
  #link: Link | undefined = undefined;
  #isUp = false;
  #isClosed = false;
  #open = 0;
  #attempts = 0;
  #pause: NodeJS.Timeout | undefined = undefined;
  #told: string | undefined | null = null;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#answerMs = parts.answerMs ?? ANSWER_MS;
    void this.#connect();
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Rejects with a StoreError. */
  run(keys: readonly string[], words: readonly string[]): Promise<unknown> {
    return this.#isUp && this.#link !== undefined
      ? this.#run(this.#link, keys, words)
      : Promise.reject(new StoreError('away', 'there is no connection'));
  }

  /** It has answered something that nobody could mean. */
  distrust(): void {
    this.#lose(this.#link, 'it answers what makes no sense');
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#pause);
    this.#isUp = false;
    this.#link?.close();
    this.#link = undefined;
  }

  async #connect(): Promise<void> {
    const { to, password, openLink = opened, events } = this.#parts;
    const read = password();
    if (read !== undefined && 'problem' in read) return this.#lose(undefined, `the password ${read.problem}`);
    const early = { error: undefined as Error | undefined };
    try {
      const link: Link = await openLink({
        ...{ to, password: read?.text, timeoutMs: CONNECT_MS },
        onEnd: (error) => {
          early.error = error;
          this.#lose(link, sentenceOf(error));
        },
      });
      if (this.#isClosed) return link.close();
      this.#link = link;
      await events.onOpen((keys, words) => this.#run(link, keys, words));
      // Meanwhile it may have gone, and the next attempt be on its way.
      if (this.#link !== link) return;
      this.#isUp = true;
      this.#tell(undefined);
    } catch (error) {
      if (early.error === undefined) this.#lose(this.#link, sentenceOf(error));
    }
  }

  async #run(link: Link, keys: readonly string[], words: readonly string[]): Promise<unknown> {
    if (this.#open >= MAX_OPEN) throw new StoreError('busy', `${MAX_OPEN} questions are at it already`);
    this.#open++;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      // What has arrived while this process was busy with something else is read before.
      setImmediate(() => late.reject(new StoreError('late', `no answer within ${this.#answerMs} ms`)));
    }, this.#answerMs);
    try {
      const reply = await Promise.race([link.run(keys, words), late.promise]);
      this.#attempts = 0;
      return reply;
    } catch (error) {
      const failure =
        error instanceof StoreError
          ? error
          : new StoreError(link === this.#link ? 'refused' : 'away', sentenceOf(error));
      this.#lose(link, failure.message);
      throw failure;
    } finally {
      this.#open--;
      clearTimeout(timer);
    }
  }

  /** Of a connection that is not the newest any more it says nothing. */
  #lose(link: Link | undefined, why: string): void {
    if (this.#isClosed || link !== this.#link) return;
    this.#isUp = false;
    this.#link = undefined;
    link?.close();
    this.#tell(`${this.#parts.to.host}:${this.#parts.to.port}: ${why}`);
    const ms = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#attempts++);
    const random = this.#parts.random ?? Math.random;
    // Spread, so that the gates of a server do not come back in the same instant.
    this.#pause = setTimeout(() => void this.#connect(), ms * (0.8 + 0.4 * random()));
    this.#pause.unref();
  }

  #tell(problem: string | undefined): void {
    if (problem === this.#told) return;
    this.#told = problem;
    this.#parts.events.onState(problem);
  }
}

async function opened(options: LinkOptions): Promise<Link> {
  const { openLink } = await import('./link.ts');
  return openLink(options);
}

/** Errors of the store and of the system; neither has a password in it, and both are kept short. */
function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return sentenceOf(error.errors[0]);
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/[\p{Cc}\p{Cf}]/gu, ' ')
    .slice(0, 200)
    .toWellFormed();
}
