/**
 * Prints of values (core/inspect/prints) that were seen, and of those that were sent before they were seen: whose came first is what it
 * is. Bounded: see `MOST_SEEN`.
 */
import { Cell, isNumber, isNumbers } from '../cell.ts';
import type { Place } from '../place.ts';

export interface PrintsOp extends Place {
  readonly kind: 'prints';
  /** `Sent`: whoever sends them knew them already, so that to see them later tells nothing. What is the one does not become the other. */
  readonly as: 'Seen' | 'Sent';
  /** Whole numbers below 2^48, each once. */
  readonly prints: readonly number[];
  /** False: there were more, which are not named. */
  readonly isAll: boolean;
  /** Milliseconds for which they count at most. */
  readonly forMs: number;
  /** As in MarkOp: where they were seen. */
  readonly note: string;
}

/** Asks which of these were seen, and writes nothing. It holds where none were, and nothing was seen that is not known any more. */
export interface PrintedOp extends Place {
  readonly kind: 'printed';
  /** Each once. */
  readonly prints: readonly number[];
  /** False: there are more, which are not named, so that it holds only where nothing was seen. */
  readonly isAll: boolean;
  readonly withinMs: number;
}

export interface PrintedSeen {
  readonly kind: 'printed';
  readonly holds: boolean;
  /** Of those that were seen, where the most of them were, and the last of these. */
  readonly last: { readonly agoMs: number; readonly note: string; readonly count: number } | undefined;
  /** The last place of which not all is known, or not all is compared. */
  readonly lost: { readonly agoMs: number; readonly note: string } | undefined;
}

/** Of one caller and rule: what was seen first is forgotten first, and that it was is not forgotten. */
export const MOST_SEEN = 16_384;
export const MOST_SENT = 4096;
/** Occasions; more have more of their prints in common than not. */
export const MOST_PLACES = 64;

interface Seen {
  readonly at: number;
  readonly until: number;
  readonly note: string;
  prints: readonly number[];
  /** Of what was seen there, not all is known. */
  lost: boolean;
}

export class PrintsCell extends Cell {
  /** Oldest first. */
  #seen: Seen[] = [];
  /** Oldest first, with when they expire. */
  #sent = new Map<number, number>();

  get bytes(): number {
    let bytes = 160 + 40 * this.#sent.size;
    for (const { prints, note } of this.#seen) bytes += 120 + 2 * note.length + 8 * prints.length;
    return bytes;
  }

  look({ prints, isAll, withinMs }: PrintedOp, now: number): PrintedSeen {
    const sought = new Set(prints);
    let last: PrintedSeen['last'];
    let lost: PrintedSeen['lost'];
    for (const one of this.#seen) {
      const agoMs = Math.max(0, now - one.at);
      if (agoMs > withinMs || one.until <= now) continue;
      if (one.lost || !isAll) lost = { agoMs, note: one.note };
      let count = 0;
      for (const print of one.prints) if (sought.has(print)) count++;
      if (count > 0 && count >= (last?.count ?? 0)) last = { agoMs, note: one.note, count };
    }
    return { kind: 'printed', holds: last === undefined && lost === undefined, last, lost };
  }

  add({ as, prints, isAll, forMs, note }: PrintsOp, now: number): void {
    this.#expire(now);
    if (as === 'Sent') this.#addSent(prints, now + forMs);
    else
      this.#addSeen({
        at: now,
        until: now + forMs,
        note,
        prints: prints.filter((one) => !this.#sent.has(one)),
        lost: !isAll,
      });
    this.expiresAt = Math.max(this.expiresAt, now + forMs);
  }

  /** What was sent never takes the place of what was seen, or whoever sends enough would be forgotten what they have seen. */
  #addSent(prints: readonly number[], until: number): void {
    const seen = new Set(this.#seen.flatMap((one) => one.prints));
    for (const print of prints) {
      if (seen.has(print)) continue;
      this.#sent.delete(print);
      this.#sent.set(print, until);
    }
    for (const print of this.#sent.keys()) {
      if (this.#sent.size <= MOST_SENT) return;
      this.#sent.delete(print);
    }
  }

  #addSeen(added: Seen): void {
    this.#seen.push(added);
    let over = -MOST_SEEN;
    for (const { prints } of this.#seen) over += prints.length;
    for (let i = 0; over > 0; i++) {
      const oldest = this.#seen[i] as Seen;
      over -= oldest.prints.length;
      // As many of its prints as still have room, so that a reader of much is not known by nothing.
      oldest.prints = over < 0 ? oldest.prints.slice(oldest.prints.length + over) : [];
      oldest.lost = true;
    }
    while (this.#seen.length > MOST_PLACES) this.#joinOldest();
  }

  /** Under the note of the later one, and for as long as either. */
  #joinOldest(): void {
    const [first, second] = this.#seen.splice(0, 2) as [Seen, Seen];
    this.#seen.unshift({
      ...second,
      until: Math.max(first.until, second.until),
      prints: [...new Set([...first.prints, ...second.prints])],
      lost: first.lost || second.lost,
    });
  }

  /** Of others it is only kept that they have seen something: what it was is nobody else's. */
  fold(other: PrintsCell): void {
    const last = other.#seen.at(-1);
    if (last === undefined) return;
    const until = Math.max(...other.#seen.map((one) => one.until));
    this.#seen = [{ at: last.at, until, note: '', prints: [], lost: true }, ...this.#seen];
    while (this.#seen.length > MOST_PLACES) this.#joinOldest();
    this.expiresAt = Math.max(this.expiresAt, until);
  }

  toJSON(): readonly unknown[] {
    return [this.#seen.map(({ at, until, note, prints, lost }) => [at, until, note, lost, prints]), [...this.#sent]];
  }

  fill([seen, sent]: readonly unknown[]): boolean {
    if (!Array.isArray(seen) || !seen.every(isPlace) || !Array.isArray(sent) || !sent.every(isPair)) return false;
    this.#seen = seen.map(([at, until, note, lost, prints]) => ({ at, until, note, lost, prints }));
    this.#sent = new Map(sent);
    return true;
  }

  #expire(now: number): void {
    this.#seen = this.#seen.filter(({ until }) => until > now);
    for (const [print, until] of this.#sent) if (until <= now) this.#sent.delete(print);
  }
}

function isPlace(said: unknown): said is [number, number, string, boolean, number[]] {
  if (!Array.isArray(said)) return false;
  const [at, until, note, lost, prints]: readonly unknown[] = said;
  return isNumber(at) && isNumber(until) && typeof note === 'string' && typeof lost === 'boolean' && isNumbers(prints);
}

function isPair(said: unknown): said is [number, number] {
  return isNumbers(said) && said.length === 2;
}
