/**
 * Things that come and go thousands of times a second, in the order in which they came.
 *
 * A `Set` would do, but each of them would be kept for much longer than it is there: under such a churn V8 makes a new table for a Set
 * every few changes, tables point to their successors and to what was in them, and what died in the old generation counts as alive
 * until all of it is collected. So one table that grew old kept the next, and that one the calls in it: a third of all that a call
 * allocates was copied twice before it was given up.
 */
export class Place<T> {
  readonly item: T;
  /** For `InOrder` alone. */
  before: Place<T> | undefined = undefined;
  after: Place<T> | undefined = undefined;
  list: InOrder<T> | undefined = undefined;

  constructor(item: T) {
    this.item = item;
  }
}

export class InOrder<T> {
  #first: Place<T> | undefined = undefined;
  #last: Place<T> | undefined = undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Who has been there longest. */
  get first(): T | undefined {
    return this.#first?.item;
  }

  /** Nothing is changed by it when the place is taken here already. */
  enter(place: Place<T>): void {
    if (place.list !== undefined) return;
    place.list = this;
    place.before = this.#last;
    if (this.#last === undefined) this.#first = place;
    else this.#last.after = place;
    this.#last = place;
    this.#size++;
  }

  /** False when it was not there. The place can be taken again. */
  leave(place: Place<T>): boolean {
    if (place.list !== this) return false;
    const { before, after } = place;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    // Whoever is gone must point to nobody: it may have grown old.
    place.before = undefined;
    place.after = undefined;
    place.list = undefined;
    this.#size--;
    return true;
  }

  /** A copy, so that each of them may leave meanwhile. */
  all(): T[] {
    const all: T[] = [];
    for (let place = this.#first; place !== undefined; place = place.after) all.push(place.item);
    return all;
  }
}
