/**
 * What it may cost to decide about one request. Nobody else is answered while it is decided, so neither the number of rules nor that
 * of values may set the time it takes: beyond the budget the request is refused.
 */
import type { Clock } from '../clock.ts';
import { MAX_CONTENT_WORK } from '../inspect/content/screen.ts';
import { Allowance, type Work } from '../inspect/content/work.ts';
import type { JsonObject } from '../mcp/message.ts';
import { OVER_BUDGET, type Verdict } from './verdict.ts';
import type { Broken, NamedValues } from './rules/broken.ts';

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

/** What a detector makes of a value before anybody's settings are known. */
export interface Reading {
  /** What it cost to find this out, in characters gone through. */
  readonly work: number;
}

/** The budget of one request, all messages of a batch together, and what was found out so far. */
export class Inspection {
  readonly enforced: Meter;
  #shadow: Meter | undefined = undefined;
  #content: Work | undefined = undefined;
  /** Values read so far; each distinct one is read once by each detector. */
  readings = 0;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #read: Map<unknown, Map<string, Reading>> | undefined = undefined;
  #spentMs = 0;
  #since: number | undefined = undefined;
  #args: JsonObject | undefined = undefined;
  /** Of these arguments: by id of a check, what it says of them. */
  #said: Map<number, Broken | undefined> | undefined = undefined;
  #named: NamedValues | undefined = undefined;
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

  /** For what is looked for in texts, which has a budget of its own; the messages of a batch share it. */
  get content(): Work {
    return (this.#content ??= new Allowance(MAX_CONTENT_WORK));
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

  /** Stops the clock while something is done that has a bound of its own. */
  untimed<T>(act: () => T): T {
    const since = this.#since;
    if (since === undefined) return act();
    this.#spentMs += this.#clock.monotonic() - since;
    this.#since = undefined;
    try {
      return act();
    } finally {
      this.#since = this.#clock.monotonic();
    }
  }

  /** What a detector reads in a value does not depend on anybody's settings, so all rules share it. */
  read<R extends Reading>(reader: (value: string) => R, value: string, meter: Meter): R | undefined {
    const all = (this.#read ??= new Map<unknown, Map<string, Reading>>());
    let readings = all.get(reader);
    if (readings === undefined) all.set(reader, (readings = new Map<string, Reading>()));
    const known = readings.get(value);
    if (known !== undefined) return known as R;
    if (!meter.spend(value.length)) return undefined;
    this.readings++;
    const reading = reader(value);
    readings.set(value, reading);
    return meter.spend(reading.work) ? reading : undefined;
  }

  /** What a check says of these arguments, asked once however many rules have it. */
  said(check: number, args: JsonObject, ask: () => Broken | undefined, meter: Meter): Broken | undefined {
    this.#turnTo(args);
    const all = (this.#said ??= new Map<number, Broken | undefined>());
    if (all.has(check)) return all.get(check);
    const said = ask();
    // What was broken off for lack of budget says nothing.
    if (!meter.exhausted) all.set(check, said);
    return said;
  }

  /** The values of these arguments by folded name, gathered once. */
  named(args: JsonObject, gather: () => NamedValues): NamedValues {
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

/** Where nobody waits, as in tools and tests of policies, nothing runs out. */
export const UNTIMED: Pick<Clock, 'monotonic'> = { monotonic: () => 0 };
export const UNBOUNDED = new Meter(Infinity, () => false);
