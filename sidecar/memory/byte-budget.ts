/**
 * One budget of bytes for everything that a gate holds for others: bodies that are being read, calls that wait, answers that are
 * inspected or not taken yet. It is shared fairly by owner. Small things have a lane of their own, so that large ones of anybody never
 * keep them out; and one thing at a time, that of whoever has least, may use a reserve in which the largest message fits: with many
 * things half there, one can always be finished.
 */
import { FairShare } from './fair-share.ts';

const MIB = 1024 * 1024;
/** What a call of nearly every client is smaller than. */
const SMALL_BYTES = 64 * 1024;
/** One message of the largest size that passes. */
const RESERVE_BYTES = 16 * MIB;
/** For whoever holds the reserve while others wait. */
const RESERVE_MS = 30_000;
/** Of what there is beside the reserve. */
const SMALL_PART = 1 / 4;

/** How long something waits for room, in milliseconds. */
export interface Waits {
  /** Less than clients and proxies wait for an answer. */
  readonly bodyMs: number;
  /** The call has been executed, so its answer may wait longer than a body. */
  readonly answerMs: number;
}

const WAITS: Waits = { bodyMs: 10_000, answerMs: 60_000 };

type Timers = Pick<typeof globalThis, 'setTimeout' | 'clearTimeout'>;

interface Waiting {
  readonly lease: Lease;
  readonly bytes: number;
  readonly mayUseReserve: boolean;
  readonly settle: (hasRoom: boolean) => void;
  readonly timer: NodeJS.Timeout;
}

/** More may have come while it waited. */
function needOf({ lease, bytes }: Waiting): number {
  return Math.max(lease.bytes, bytes);
}

export class ByteBudget {
  /** Bytes. */
  readonly total: number;
  readonly small: FairShare;
  readonly large: FairShare;
  readonly waits: Waits;
  readonly #waiting = new Set<Waiting>();
  readonly #timers: Timers;
  #inReserve: Lease | undefined = undefined;
  #reserveTimer: NodeJS.Timeout | undefined = undefined;
  #willWake = false;

  readonly #onReleased: (bytes: number) => void;
  /** Something is about to wait: whoever holds what it can do without gives it back. */
  onShort: () => void = () => {};

  /** `total` in bytes, at least 32 MiB; `onReleased` is told of each large thing that is held no more. */
  constructor(
    total: number,
    onReleased: (bytes: number) => void = () => {},
    waits = WAITS,
    timers: Timers = globalThis,
  ) {
    this.total = total;
    this.waits = waits;
    this.#timers = timers;
    this.#onReleased = onReleased;
    const shared = Math.max(8 * MIB, total - RESERVE_BYTES);
    this.small = new FairShare(Math.floor(shared * SMALL_PART));
    this.large = new FairShare(Math.ceil(shared * (1 - SMALL_PART)));
  }

  /** Bytes held now. */
  get used(): number {
    return this.small.used + this.large.used + (this.#inReserve?.bytes ?? 0);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** For what one call of this owner holds; of no size yet. */
  lease(owner: string): Lease {
    return new Lease(this, owner);
  }

  /** The lane for a thing of that size. */
  laneOf(bytes: number): FairShare {
    return bytes <= SMALL_BYTES ? this.small : this.large;
  }

  /** Calls `then` once: with true as soon as the lease may be so large, with false after `ms`. */
  wait(lease: Lease, bytes: number, ms: number, mayUseReserve: boolean, then: (hasRoom: boolean) => void): void {
    this.onShort();
    const waiting: Waiting = {
      lease,
      bytes,
      mayUseReserve,
      settle: then,
      timer: this.#timers.setTimeout(() => this.#end(waiting, false), ms),
    };
    this.#waiting.add(waiting);
    this.wakeSoon();
  }

  /** The lease is over, and so is all waiting for it. */
  forget(lease: Lease, bytes: number): void {
    if (bytes > SMALL_BYTES) this.#onReleased(bytes);
    for (const waiting of this.#waiting) {
      if (waiting.lease !== lease) continue;
      this.#timers.clearTimeout(waiting.timer);
      this.#waiting.delete(waiting);
    }
    this.leaveReserve(lease);
  }

  leaveReserve(lease: Lease): void {
    if (this.#inReserve !== lease) return;
    this.#timers.clearTimeout(this.#reserveTimer);
    this.#inReserve = undefined;
    this.wakeSoon();
  }

  /** Once for all that is given back in one turn of the loop. */
  wakeSoon(): void {
    if (this.#willWake || this.#waiting.size === 0) return;
    this.#willWake = true;
    setImmediate(() => {
      this.#willWake = false;
      this.#wake();
    });
  }

  #wake(): void {
    for (const waiting of [...this.#waiting]) {
      if (this.#waiting.has(waiting) && waiting.lease.fits(needOf(waiting))) this.#end(waiting, true);
    }
    const next = this.#inReserve === undefined ? this.#poorest() : undefined;
    if (next === undefined) return;
    this.#inReserve = next.lease;
    next.lease.enterReserve(needOf(next));
    this.#watchReserve(next.lease);
    this.#end(next, true);
  }

  #poorest(): Waiting | undefined {
    let poorest: Waiting | undefined;
    for (const waiting of this.#waiting) {
      if (!waiting.mayUseReserve) continue;
      if (poorest === undefined || waiting.lease.ownerBytes < poorest.lease.ownerBytes) poorest = waiting;
    }
    return poorest;
  }

  #end(waiting: Waiting, hasRoom: boolean): void {
    this.#timers.clearTimeout(waiting.timer);
    if (this.#waiting.delete(waiting)) waiting.settle(hasRoom);
  }

  /** A client that does not read, or a server that does not go on, must not keep it from those who wait. */
  #watchReserve(lease: Lease): void {
    this.#reserveTimer = this.#timers.setTimeout(() => {
      if (this.#inReserve !== lease) return;
      if (this.#waiting.size > 0) lease.onCut();
      if (this.#inReserve === lease) this.#watchReserve(lease);
    }, RESERVE_MS);
    this.#reserveTimer.unref?.();
  }
}

const NOTHING = (): void => {};

/** What one call holds. */
export class Lease {
  readonly owner: string;
  readonly #budget: ByteBudget;
  #lane: FairShare | undefined;
  #bytes = 0;
  #over = false;
  /** Ends what is held; called when others have waited too long for it. */
  onCut: () => void = NOTHING;

  constructor(budget: ByteBudget, owner: string) {
    this.#budget = budget;
    this.owner = owner;
    this.#lane = budget.small;
  }

  get waits(): Waits {
    return this.#budget.waits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get ownerBytes(): number {
    return this.#budget.large.ofOwner(this.owner) + this.#budget.small.ofOwner(this.owner);
  }

  /** Makes it so large, if that fits; false, and it stays as it is, when it does not. Less always fits. */
  fits(bytes: number): boolean {
    if (this.#over || bytes === this.#bytes) return this.#over || this.#isWithin();
    const lane = this.#budget.laneOf(bytes);
    if (this.#lane === undefined && bytes > SMALL_BYTES) this.#bytes = bytes;
    else if (bytes < this.#bytes) this.#become(bytes, lane);
    else if (this.#lane === undefined) return false;
    else if (lane === this.#lane) {
      if (!lane.take(this.owner, bytes - this.#bytes)) return false;
      this.#bytes = bytes;
    } else {
      if (!lane.take(this.owner, bytes)) return false;
      this.#lane.give(this.owner, this.#bytes);
      this.#lane = lane;
      this.#bytes = bytes;
    }
    return true;
  }

  /** Makes it as large as what is there already; false when that is more than there is room for. */
  holds(bytes: number): boolean {
    if (this.fits(bytes)) return true;
    if (bytes !== this.#bytes) this.#become(bytes, this.#budget.laneOf(bytes));
    return false;
  }

  /** Calls `then` once, unless it is released before: with true as soon as it may be so large, with false after `ms`. */
  wait(bytes: number, ms: number, then: (hasRoom: boolean) => void): void {
    this.#budget.wait(this, bytes, ms, false, then);
  }

  /** The same for what will be over soon, however much others hold: it may use the reserve, if it can be cut. */
  waitWithReserve(bytes: number, ms: number, then: (hasRoom: boolean) => void): void {
    this.#budget.wait(this, bytes, ms, true, then);
  }

  /** For the budget: what it holds is counted there from now on. */
  enterReserve(bytes: number): void {
    this.#lane?.give(this.owner, this.#bytes);
    this.#lane = undefined;
    this.#bytes = bytes;
  }

  /** It is over; later calls do nothing. */
  release(): void {
    if (this.#over) return;
    this.#over = true;
    const bytes = this.#bytes;
    this.#lane?.give(this.owner, bytes);
    this.#bytes = 0;
    this.#budget.forget(this, bytes);
    this.#budget.wakeSoon();
  }

  #isWithin(): boolean {
    return this.#lane === undefined || this.#lane.isWithin(this.owner);
  }

  /** Also beyond the share. */
  #become(bytes: number, lane: FairShare): void {
    const isLess = bytes < this.#bytes;
    if (this.#lane === undefined) this.#budget.leaveReserve(this);
    else this.#lane.give(this.owner, this.#bytes);
    lane.add(this.owner, bytes);
    this.#lane = lane;
    this.#bytes = bytes;
    if (isLess) this.#budget.wakeSoon();
  }
}
