/**
 * What it may cost to decide about one request. Nobody else is answered while it is decided, so neither the number of rules nor that
 * of values may set the time it takes: beyond the budget the request is refused.
 */
import type { Clock } from '../clock.ts';
import type { JsonObject } from '../mcp/message.ts';
import { type PathReading, readPath } from '../inspect/paths.ts';
import { OVER_BUDGET, type Verdict } from './verdict.ts';

/**
 * Units of work: about a character of a plain path that is read once. The dearest takes 45 ns on a core of 2020, so that a request
 * takes 25 ms there at most, and a list of 1,000 plain paths of 100 characters passes under four sets of roots.
 */
export const MAX_WORK = 512 * 1024;
/** Of rules in shadow, which are asked last: what they cost can be saved, and never refuses anything. */
const MAX_SHADOW_WORK = MAX_WORK / 4;
/**
 * For a list of `length` bytes that a server answers with. To read it takes a time that grows with its length whoever may see what, so
 * that to filter it may take a few times that: 10,000 tools under 1,000 rules pass. With a bound, 200 ms, that no real list meets.
 */
export function workOfList(length: number): number {
  return Math.min(MAX_WORK + 2 * length, 8 * MAX_WORK);
}

/** Should a unit ever take much longer than that, the clock ends it; milliseconds spent on deciding alone. */
export const MAX_MS = 250;

/** To look at the clock takes as long as this much work; a call that costs less need not. */
const WORK_BETWEEN_LOOKS = 64;

/** One part of the budget. */
export class Meter {
  left: number;
  #leftAtLook: number;
  readonly #isOver: () => boolean;

  constructor(work: number, isOver: () => boolean) {
    this.left = work;
    this.#leftAtLook = work;
    this.#isOver = isOver;
  }

  /** False once more was spent than there is. */
  spend(work: number): boolean {
    this.left -= work;
    if (this.left >= 0 && this.#leftAtLook - this.left >= WORK_BETWEEN_LOOKS) {
      this.#leftAtLook = this.left;
      if (this.#isOver()) this.left = -1;
    }
    return this.left >= 0;
  }

  get exhausted(): boolean {
    return this.left < 0;
  }
}

/** The budget of one request, all messages of a batch together, and what was found out so far. */
export class Inspection {
  readonly enforced: Meter;
  #shadow: Meter | undefined = undefined;
  /** Paths read so far; each distinct one is read once. */
  pathReadings = 0;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #paths: Map<string, PathReading> | undefined = undefined;
  #spentMs = 0;
  #since: number | undefined = undefined;
  #args: JsonObject | undefined = undefined;
  /** Of these arguments: by id of a check, what it says of them. */
  #said: Map<number, string | undefined> | undefined = undefined;
  #named: ReadonlyMap<string, readonly unknown[]> | undefined = undefined;
  #groupIds: Map<object, number> | undefined = undefined;
  #verdicts: Map<string, Verdict> | undefined = undefined;

  constructor(clock: Pick<Clock, 'monotonic'>, work = MAX_WORK) {
    this.#clock = clock;
    this.enforced = new Meter(work, () => this.#elapsed() > MAX_MS);
  }

  get shadow(): Meter {
    // Over earlier, so that there is time left for the next message of a batch.
    return (this.#shadow ??= new Meter(MAX_SHADOW_WORK, () => this.#elapsed() > MAX_MS / 2));
  }

  /** Runs the clock while something is decided; what lies between two messages of a batch is not inspection. */
  time<T>(decide: () => T): T {
    this.#since = this.#clock.monotonic();
    try {
      return decide();
    } finally {
      this.#spentMs += this.#clock.monotonic() - this.#since;
      this.#since = undefined;
    }
  }

  /** The readings of a path do not depend on the folders that are allowed, so all rules share them. */
  readPath(value: string, meter: Meter): PathReading | undefined {
    const paths = (this.#paths ??= new Map<string, PathReading>());
    const known = paths.get(value);
    if (known !== undefined) return known;
    if (!meter.spend(value.length)) return undefined;
    this.pathReadings++;
    const reading = readPath(value);
    paths.set(value, reading);
    return meter.spend(reading.work) ? reading : undefined;
  }

  /** What a check says of these arguments, asked once however many rules have it. */
  said(check: number, args: JsonObject, ask: () => string | undefined, meter: Meter): string | undefined {
    this.#turnTo(args);
    const all = (this.#said ??= new Map<number, string | undefined>());
    if (all.has(check)) return all.get(check);
    const said = ask();
    // What was broken off for lack of budget says nothing.
    if (!meter.exhausted) all.set(check, said);
    return said;
  }

  /** The values of these arguments by folded name, gathered once. */
  named(
    args: JsonObject,
    gather: () => ReadonlyMap<string, readonly unknown[]>,
  ): ReadonlyMap<string, readonly unknown[]> {
    this.#turnTo(args);
    return (this.#named ??= gather());
  }

  /** Many names meet few sets of rules; where there are no arguments the set alone decides. `groups` are compared by identity. */
  decided(groups: readonly object[], decide: () => Verdict): Verdict {
    const ids = (this.#groupIds ??= new Map<object, number>());
    let key = '';
    for (const group of groups) {
      let id = ids.get(group);
      if (id === undefined) ids.set(group, (id = ids.size));
      key += `${id},`;
    }
    const verdicts = (this.#verdicts ??= new Map<string, Verdict>());
    const known = verdicts.get(key);
    if (known !== undefined) return known;
    const verdict = decide();
    if (verdict !== OVER_BUDGET) verdicts.set(key, verdict);
    return verdict;
  }

  #elapsed(): number {
    return this.#since === undefined ? 0 : this.#spentMs + this.#clock.monotonic() - this.#since;
  }

  #turnTo(args: JsonObject): void {
    if (this.#args === args) return;
    this.#args = args;
    this.#said = undefined;
    this.#named = undefined;
  }
}
