/**
 * The tokens that one endpoint has issued for one entry: one, or one for each caller. A token is fetched by the first call that has none,
 * and anew, beside the calls that go on with it, some time before it expires. Of one token there is one question at a time, and an endpoint
 * that fails is left alone for a while.
 */
import type { Clock } from '../../../../core/clock.ts';
import type { Answer, Failed } from './read-answer.ts';
import { Slots } from './slots.ts';

/** One for each caller, by digest; the longest unused is forgotten first, and fetched anew when it is asked for. */
const MAX_TOKENS = 2_000;
/** Apart from the others, so that callers who are declined make nobody's token forgotten. */
const MAX_DECLINED = 1_000;
/** Whoever is declined may be given consent, or another role, in a moment. */
const DECLINED_FOR_MS = 10_000;
/** Questions to one endpoint at a time. */
const MAX_ASKING = 16;
/** Whoever has waited so long for a turn is told instead that there is none. */
const MAX_TURN_MS = 5_000;
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;
/** What is still on its way to the server must not expire there. */
const MARGIN_MS = 5_000;
/** A server that refuses every token must not have one fetched for each call. */
const TRUSTED_FOR_MS = 10_000;

export type Outcome =
  | { readonly kind: 'token'; readonly token: string }
  /** Of this caller, and of nobody else. */
  | { readonly kind: 'declined'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string; readonly pauseMs: number };

interface Kept {
  readonly token: string;
  /** Monotonic milliseconds, as all times here. */
  readonly fetchedAt: number;
  readonly renewAt: number;
  readonly until: number;
}

interface Declined {
  readonly why: string;
  readonly until: number;
}

export class KeptTokens {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #onProblem: (why: string | undefined) => void;
  readonly #kept = new Map<string, Kept>();
  readonly #declined = new Map<string, Declined>();
  readonly #asking = new Map<string, Promise<Outcome>>();
  readonly #slots = new Slots(MAX_ASKING);
  #failure: Failed | undefined = undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #pausedUntil = -Infinity;

  /** `onProblem` is told of what stands in the way: a sentence when it begins, undefined when it is over. */
  constructor(clock: Pick<Clock, 'monotonic'>, onProblem: (why: string | undefined) => void) {
    this.#clock = clock;
    this.#onProblem = onProblem;
  }

  /** What is known without asking; `ask` is called where the token is soon to expire. Undefined: somebody has to ask (`fetch`). */
  look(whose: string, ask: () => Promise<Answer>): Outcome | undefined {
    const now = this.#clock.monotonic();
    const kept = this.#kept.get(whose);
    if (kept !== undefined && now < kept.until) {
      if (now >= kept.renewAt && now >= this.#pausedUntil) void this.#ask(whose, ask);
      this.#use(whose, kept);
      return { kind: 'token', token: kept.token };
    }
    const declined = this.#declined.get(whose);
    if (declined !== undefined && now < declined.until) return { kind: 'declined', why: declined.why };
    return this.#paused(now);
  }

  /** Never rejects. What it resolves with is for whoever asked now: it may be forgotten in a moment. */
  fetch(whose: string, ask: () => Promise<Answer>): Promise<Outcome> {
    return this.#ask(whose, ask);
  }

  /** The server has refused this token: from now on another one is fetched, unless this one is quite new. */
  refused(token: string): void {
    const now = this.#clock.monotonic();
    for (const [whose, kept] of this.#kept) {
      if (kept.token === token && now - kept.fetchedAt >= TRUSTED_FOR_MS) this.#kept.delete(whose);
    }
  }

  #ask(whose: string, ask: () => Promise<Answer>): Promise<Outcome> {
    let asking = this.#asking.get(whose);
    if (asking === undefined) {
      const begun = this.#clock.monotonic();
      asking = this.#slots
        .run(async () => this.#beforeAsking(begun) ?? this.#take(whose, await ask()))
        .finally(() => this.#asking.delete(whose));
      this.#asking.set(whose, asking);
    }
    return asking;
  }

  /** Whoever waited for a turn hears what those before have heard. */
  #beforeAsking(begun: number): Outcome | undefined {
    const now = this.#clock.monotonic();
    const paused = this.#paused(now);
    if (paused !== undefined || now - begun < MAX_TURN_MS) return paused;
    return this.#fail({ kind: 'failed', why: 'it answers more slowly than it is asked' }, now);
  }

  #take(whose: string, answer: Answer): Outcome {
    const now = this.#clock.monotonic();
    if (answer.kind === 'failed') return this.#fail(answer, now);
    if (this.#failure !== undefined) this.#onProblem(undefined);
    this.#failure = undefined;
    this.#pauseMs = FIRST_PAUSE_MS;
    if (answer.kind === 'declined') {
      // What its token stood for before is not certain any more.
      this.#kept.delete(whose);
      put(this.#declined, whose, { why: answer.why, until: now + DECLINED_FOR_MS }, MAX_DECLINED);
      return answer;
    }
    this.#declined.delete(whose);
    this.#keep(whose, answer.token, answer.forMs, now);
    return { kind: 'token', token: answer.token };
  }

  #fail(answer: Failed, now: number): Outcome {
    // Of several questions that fail at a time one makes the pause longer.
    const isFirst = now >= this.#pausedUntil;
    this.#pausedUntil = Math.max(this.#pausedUntil, now + (answer.pauseMs ?? (isFirst ? this.#pauseMs : 0)));
    if (isFirst) this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_PAUSE_MS);
    if (this.#failure?.why !== answer.why) this.#onProblem(answer.why);
    this.#failure = answer;
    return { kind: 'failed', why: answer.why, pauseMs: this.#pausedUntil - now };
  }

  #keep(whose: string, token: string, forMs: number, now: number): void {
    const until = now + forMs - Math.min(MARGIN_MS, forMs / 10);
    const renewAt = now + renewAfter(forMs);
    put(this.#kept, whose, { token, fetchedAt: now, renewAt, until }, MAX_TOKENS);
  }

  #use(whose: string, kept: Kept): void {
    if (this.#kept.size === 1) return;
    this.#kept.delete(whose);
    this.#kept.set(whose, kept);
  }

  #paused(now: number): Outcome | undefined {
    if (this.#failure === undefined || now >= this.#pausedUntil) return undefined;
    return { kind: 'failed', why: this.#failure.why, pauseMs: this.#pausedUntil - now };
  }
}

/** A minute before it expires, or a fifth of its life, whichever is shorter. */
function renewAfter(forMs: number): number {
  return forMs - Math.min(60_000, forMs / 5);
}

function put<T>(map: Map<string, T>, key: string, value: T, max: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}
