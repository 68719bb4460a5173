/**
 * The public keys of one issuer: fetched ahead, and refreshed while calls go on. A call waits for them only when it is the first to bring a
 * key that nobody has heard of.
 */
import type { JWTVerifyGetKey } from 'jose';
import type { Clock } from '../../../core/clock.ts';
import type { BundleIssuer } from '../../../core/policy/settings/jwt.ts';
import { type KeySet, findKeys } from './find-keys.ts';
import { KeyTable, NO_KEYS } from './key-table.ts';

const REFRESH_MS = 5 * 60_000;
const RETRY_MS = 10_000;
/** So long keys that cannot be refreshed are good: an issuer may be away for a night, and one that took a key back is heard within a day. */
const STALE_AFTER_MS = 24 * 3_600_000;
/** Whoever makes up key ids can have the issuer asked this often. */
const ASK_AGAIN_AFTER_MS = 10_000;

export interface KeyNews {
  readonly issuer: string;
  /** Why there are no new keys; undefined: there are. */
  readonly problem: string | undefined;
  /** Whether tokens of this issuer can be verified all the same. */
  readonly usable: boolean;
}

/** How it stands with the keys of an issuer that are fetched. Times are milliseconds since the epoch. */
export interface IssuerState {
  readonly issuer: string;
  /** When they were read last; undefined: never. */
  readonly readAt: number | undefined;
  /** Why they cannot be read now, and since when; undefined: they can, or nobody has tried yet. */
  readonly away: { readonly why: string; readonly since: number } | undefined;
  readonly failedAt: number | undefined;
  /** Whether tokens of the issuer can be verified. */
  readonly usable: boolean;
}

export class IssuerKeys {
  readonly #issuer: BundleIssuer;
  readonly #clock: Clock;
  readonly #onNews: (news: KeyNews) => void;
  #table = NO_KEYS;
  #fetchedAt = -Infinity;
  #askedAt = -Infinity;
  #asking: Promise<void> | undefined = undefined;
  #timer: NodeJS.Timeout | undefined = undefined;
  #closed = false;
  #problem: string | undefined = 'its keys have not been read yet';
  #wasUsable: boolean | undefined = undefined;
  #readAt: number | undefined = undefined;
  #failedAt: number | undefined = undefined;
  #awaySince: number | undefined = undefined;

  constructor(issuer: BundleIssuer, clock: Clock, onNews: (news: KeyNews) => void) {
    this.#issuer = issuer;
    this.#clock = clock;
    this.#onNews = onNews;
    void this.#ask();
  }

  /** Undefined: there are none, or none that were refreshed within a day. */
  get current(): JWTVerifyGetKey | undefined {
    return this.#isFresh ? this.#table.verifying : undefined;
  }

  get problem(): string | undefined {
    return this.#problem;
  }

  /** As a table of keys has it; undefined: there is none that is good. */
  signer(kid: string | undefined): string | undefined {
    return this.#isFresh ? this.#table.signer(kid) : undefined;
  }

  /** Whether the issuer is asked before a token with this key id is refused. */
  isUnheardOf(kid: string | undefined): boolean {
    if (!this.#isFresh) return true;
    return !this.#table.has(kid);
  }

  /** Resolves when there is no more to hear of the issuer now, whether or not it had any news. */
  async hear(): Promise<void> {
    if (this.#asking === undefined && this.#clock.monotonic() - this.#askedAt < ASK_AGAIN_AFTER_MS) return;
    await this.#ask();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Undefined of keys that stand in the policy, and so are always there. */
  get state(): IssuerState | undefined {
    if (this.#isFixed) return undefined;
    const since = this.#awaySince;
    return {
      issuer: this.#issuer.issuer,
      readAt: this.#readAt,
      away: since === undefined ? undefined : { why: this.#problem ?? '', since },
      failedAt: this.#failedAt,
      usable: this.#isFresh,
    };
  }

  get #isFixed(): boolean {
    return this.#issuer.keys !== null && 'set' in this.#issuer.keys;
  }

  get #isFresh(): boolean {
    return this.#clock.monotonic() - this.#fetchedAt < STALE_AFTER_MS;
  }

  #ask(): Promise<void> {
    this.#asking ??= this.#fetch().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #fetch(): Promise<void> {
    clearTimeout(this.#timer);
    this.#askedAt = this.#clock.monotonic();
    try {
      this.#take(await findKeys(this.#issuer));
      this.#readAt = this.#clock.now();
      this.#awaySince = undefined;
      this.#say(undefined);
    } catch (error) {
      this.#failedAt = this.#clock.now();
      this.#awaySince ??= this.#failedAt;
      this.#say(sentenceOf(error));
    }
    // What stands in the policy itself does not change.
    if (this.#closed || this.#isFixed) return;
    const ms = this.#problem === undefined ? REFRESH_MS : RETRY_MS;
    this.#timer = setTimeout(() => void this.#ask(), ms).unref();
  }

  #take({ keys }: KeySet): void {
    this.#table = new KeyTable(keys);
    this.#fetchedAt = this.#isFixed ? Infinity : this.#clock.monotonic();
  }

  #say(problem: string | undefined): void {
    const usable = this.#isFresh;
    if (problem === this.#problem && usable === this.#wasUsable) return;
    this.#problem = problem;
    this.#wasUsable = usable;
    this.#onNews({ issuer: this.#issuer.issuer, problem, usable });
  }
}

/** A connection that fails is the cause of the sentence; of a name with several addresses there is one failure for each. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const why: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return why instanceof Error ? `${error.message || why.name}: ${why.message}` : error.message;
}
