/**
 * Results of tools that are kept for a while (core/policy/cache/cache-plans.ts), of all ports of a gate together. Bounded by what each entry
 * of a pack may have, and by the gate's budget of bytes, to which everything is given back as soon as something waits for room: what
 * is kept can be asked for again. Beyond that, what was not asked for longest goes first.
 */
import type { Clock } from '../../../core/clock.ts';
import type { PlainResult } from '../../../core/mcp/plain-result.ts';
import type { CachePlan } from '../../../core/policy/cache/cache-plans.ts';

/** What one result takes up besides its text: its key, its places in two maps, a buffer of its own. */
const OWN_BYTES = 1024;
/** To look at all of them at every call would cost more than what they take. */
const SWEEP_MS = 1_000;

/** Says whether so many bytes are there for all of it, and counts them if so (byte-budget.ts). */
export interface ResultRoom {
  fits(bytes: number): boolean;
}

export interface KeptResult {
  /** Undefined where it is only counted: a pack in shadow keeps nothing. */
  readonly result: PlainResult | undefined;
  /** Monotonic milliseconds, as `until`: when the server has said it, and from when on it does not count any more. */
  readonly at: number;
  readonly until: number;
}

interface Item extends KeptResult {
  readonly tool: string;
  readonly place: string;
  readonly plan: CachePlan;
  readonly bytes: number;
}

/** A call whose result may be kept. What has been cleared since it was asked is not: the server may have read before and answered after. */
export class Ticket {
  readonly key: string;
  readonly tool: string;
  /** The port whose server it is. */
  readonly place: string;
  readonly plan: CachePlan;
  /** By the store's own count of what it has cleared. */
  readonly since: number;
  #isOver = false;

  constructor(of: Pick<Ticket, 'key' | 'tool' | 'place' | 'plan' | 'since'>) {
    this.key = of.key;
    this.tool = of.tool;
    this.place = of.place;
    this.plan = of.plan;
    this.since = of.since;
  }

  /** It is no call whose result stands for itself: the server has asked something meanwhile, or told how it goes. */
  spoil(): void {
    this.#isOver = true;
  }

  /** True once, unless it was spoiled. */
  redeem(): boolean {
    const isGood = !this.#isOver;
    this.#isOver = true;
    return isGood;
  }
}

export class ResultStore {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #room: ResultRoom;
  /** The one that was asked for last comes last. */
  readonly #items = new Map<string, Item>();
  readonly #bytesOf = new Map<string, number>();
  #bytes = 0;
  /** Counts what was cleared; by entry, when that was last. */
  #count = 0;
  readonly #clearedAt = new Map<string, number>();
  #allClearedAt = 0;
  /** By entry, how many calls are out that clear it. */
  readonly #clearing = new Map<string, number>();
  #revision: string | undefined = undefined;
  #sweptAt = 0;

  constructor(clock: Pick<Clock, 'monotonic'>, room: ResultRoom) {
    this.#clock = clock;
    this.#room = room;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#items.size;
  }

  /** What was kept under another policy was kept by its rules. */
  follow(revision: string | undefined): void {
    if (revision === this.#revision) return;
    this.#revision = revision;
    this.clearAll();
  }

  /** Undefined while something that clears it is under way: nobody knows then what a read would see. */
  ticket(of: Pick<Ticket, 'key' | 'tool' | 'place' | 'plan'>): Ticket | undefined {
    if (of.plan.entries.some(({ id }) => this.#clearing.has(id))) return undefined;
    return new Ticket({ ...of, since: this.#count });
  }

  find(key: string): KeptResult | undefined {
    const item = this.#items.get(key);
    if (item === undefined) return undefined;
    if (item.until <= this.#clock.monotonic()) {
      this.#forget(key, item);
      return undefined;
    }
    this.#items.delete(key);
    this.#items.set(key, item);
    return item;
  }

  keep({ key, tool, place, plan, since }: Ticket, result: PlainResult): void {
    const isCleared = plan.entries.some(({ id }) => (this.#clearedAt.get(id) ?? 0) > since);
    if (isCleared || this.#allClearedAt > since) return;
    const ttlMs = Math.min(plan.ttlMs, result.ttlMs ?? Infinity);
    if (ttlMs <= 0 || (result.isPrivate && !plan.perPrincipal)) return;
    const at = this.#clock.monotonic();
    const kept = plan.isShadow ? undefined : result;
    const bytes = OWN_BYTES + (kept?.text.length ?? 0);
    const before = this.#items.get(key);
    if (before !== undefined) this.#forget(key, before);
    this.#dropExpired(at);
    if (this.#makeRoom(plan, bytes)) this.#add(key, { result: kept, at, until: at + ttlMs, tool, place, plan, bytes });
  }

  /** A call that clears these entries goes to the server; what it returns is to be called when that call is over, however it is. */
  beginClearing(ids: readonly string[]): () => void {
    for (const id of ids) this.#clearing.set(id, (this.#clearing.get(id) ?? 0) + 1);
    this.clear(ids);
    const begun = this.#count;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      for (const id of ids) {
        const left = (this.#clearing.get(id) ?? 0) - 1;
        if (left > 0) this.#clearing.set(id, left);
        else this.#clearing.delete(id);
      }
      // Under another policy it may be another entry that it clears.
      if (this.#allClearedAt > begun) this.clearAll();
      else this.clear(ids);
    };
  }

  clear(ids: readonly string[]): void {
    this.#count++;
    for (const id of ids) this.#clearedAt.set(id, this.#count);
    this.#forgetAll(({ plan }) => plan.entries.some(({ id }) => ids.includes(id)));
  }

  /** The definition of the tool is another one. What is under way has the one of before in its key. */
  clearTool(place: string, tool: string): void {
    this.#forgetAll((item) => item.tool === tool && item.place === place);
  }

  clearAll(): void {
    this.#allClearedAt = ++this.#count;
    this.#clearedAt.clear();
    this.giveBack();
  }

  /** Somebody waits for room. */
  giveBack(): void {
    this.#forgetAll(() => true);
  }

  #dropExpired(now: number): void {
    if (now < this.#sweptAt + SWEEP_MS) return;
    this.#sweptAt = now;
    this.#forgetAll(({ until }) => until <= now);
  }

  #makeRoom(plan: CachePlan, bytes: number): boolean {
    for (const { id, maxBytes } of plan.entries) {
      if (bytes > maxBytes) return false;
      for (const [key, item] of this.#items) {
        if ((this.#bytesOf.get(id) ?? 0) + bytes <= maxBytes) break;
        if (item.plan.entries.some((entry) => entry.id === id)) this.#forget(key, item);
      }
    }
    for (const [key, item] of this.#items) {
      if (this.#room.fits(this.#bytes + bytes)) return true;
      this.#forget(key, item);
    }
    return this.#room.fits(this.#bytes + bytes) || !this.#room.fits(this.#bytes);
  }

  #add(key: string, item: Item): void {
    this.#items.set(key, item);
    this.#bytes += item.bytes;
    for (const { id } of item.plan.entries) this.#bytesOf.set(id, (this.#bytesOf.get(id) ?? 0) + item.bytes);
  }

  #forgetAll(isMeant: (item: Item) => boolean): void {
    for (const [key, item] of this.#items) if (isMeant(item)) this.#forget(key, item);
    this.#room.fits(this.#bytes);
  }

  #forget(key: string, { plan, bytes }: Item): void {
    this.#items.delete(key);
    this.#bytes -= bytes;
    for (const { id } of plan.entries) {
      const left = (this.#bytesOf.get(id) ?? 0) - bytes;
      if (left > 0) this.#bytesOf.set(id, left);
      else this.#bytesOf.delete(id);
    }
  }
}
