/**
 * Things that belong to whoever they were given to: by owner, then by id. Whoever has too many loses its own that was used longest ago,
 * never somebody else's; nothing tells a thing of another's from one that does not exist.
 */
import { type Principal, principalKey } from '../../core/policy/principal.ts';
import { InOrder, Place } from './in-order.ts';

interface Kept<T> {
  readonly id: string;
  readonly thing: T;
}

/** Those of one owner. Every call uses one, and a map in which they moved to the end would leave tables behind (in-order.ts). */
interface Things<T> {
  readonly byId: Map<string, Place<Kept<T>>>;
  /** In the order of their last use. */
  readonly used: InOrder<Kept<T>>;
}

export class ByOwner<T> {
  readonly #maxPerOwner: number;
  readonly #byOwner = new Map<string, Things<T>>();

  constructor(maxPerOwner: number) {
    this.#maxPerOwner = maxPerOwner;
  }

  /** Sets the thing, and returns the one that had to make room for it. */
  set(id: string, principal: Principal, thing: T): T | undefined {
    const owner = ownerOf(principal);
    const things = this.#byOwner.get(owner) ?? { byId: new Map(), used: new InOrder() };
    this.#byOwner.set(owner, things);
    remove(things, id);
    const oldest = things.used.size >= this.#maxPerOwner ? things.used.first : undefined;
    if (oldest !== undefined) remove(things, oldest.id);
    const place = new Place<Kept<T>>({ id, thing });
    things.byId.set(id, place);
    things.used.enter(place);
    return oldest?.thing;
  }

  /** The thing, if it exists and is this principal's; it is now its latest. */
  get(id: string, principal: Principal): T | undefined {
    const things = this.#byOwner.get(ownerOf(principal));
    const place = things?.byId.get(id);
    if (things === undefined || place === undefined) return undefined;
    things.used.leave(place);
    things.used.enter(place);
    return place.item.thing;
  }

  delete(id: string, principal: Principal): void {
    const owner = ownerOf(principal);
    const things = this.#byOwner.get(owner);
    if (things === undefined) return;
    remove(things, id);
    if (things.used.size === 0) this.#byOwner.delete(owner);
  }

  /** Takes out what matches, and returns it. */
  deleteWhere(matches: (thing: T) => boolean): T[] {
    const deleted: T[] = [];
    for (const [owner, things] of this.#byOwner) {
      for (const { id, thing } of things.used.all()) {
        if (!matches(thing)) continue;
        remove(things, id);
        deleted.push(thing);
      }
      if (things.used.size === 0) this.#byOwner.delete(owner);
    }
    return deleted;
  }
}

function remove<T>({ byId, used }: Things<T>, id: string): void {
  const place = byId.get(id);
  if (place === undefined) return;
  byId.delete(id);
  used.leave(place);
}

/** Whom something belongs to. */
export function ownerOf(principal: Principal): string {
  return principalKey(principal);
}
