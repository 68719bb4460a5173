/**
 * Things that belong to whoever they were given to: by owner, then by id. Whoever has too many loses its own that was used longest ago,
 * never somebody else's; nothing tells a thing of another's from one that does not exist.
 */
import type { Principal } from '../../core/policy/principal.ts';

/** Every call uses one: noting when costs less than moving it to the end of a map, and who has too many is rare. */
interface Kept<T> {
  readonly thing: T;
  lastUse: number;
}

export class ByOwner<T> {
  readonly #maxPerOwner: number;
  readonly #byOwner = new Map<string, Map<string, Kept<T>>>();
  #uses = 0;

  constructor(maxPerOwner: number) {
    this.#maxPerOwner = maxPerOwner;
  }

  /** Sets the thing, and returns the one that had to make room for it. */
  set(id: string, principal: Principal, thing: T): T | undefined {
    const owner = ownerOf(principal);
    const things = this.#byOwner.get(owner) ?? new Map<string, Kept<T>>();
    this.#byOwner.set(owner, things);
    things.delete(id);
    const dropped = things.size >= this.#maxPerOwner ? takeOldest(things) : undefined;
    things.set(id, { thing, lastUse: ++this.#uses });
    return dropped;
  }

  /** The thing, if it exists and is this principal's; it is now its latest. */
  get(id: string, principal: Principal): T | undefined {
    const kept = this.#byOwner.get(ownerOf(principal))?.get(id);
    if (kept === undefined) return undefined;
    kept.lastUse = ++this.#uses;
    return kept.thing;
  }

  delete(id: string, principal: Principal): void {
    const owner = ownerOf(principal);
    const things = this.#byOwner.get(owner);
    things?.delete(id);
    if (things?.size === 0) this.#byOwner.delete(owner);
  }

  /** Takes out what matches, and returns it. */
  deleteWhere(matches: (thing: T) => boolean): T[] {
    const deleted: T[] = [];
    for (const [owner, things] of this.#byOwner) {
      for (const [id, { thing }] of things) {
        if (!matches(thing)) continue;
        things.delete(id);
        deleted.push(thing);
      }
      if (things.size === 0) this.#byOwner.delete(owner);
    }
    return deleted;
  }
}

/** Whom something belongs to: names are unique within a kind only. */
export function ownerOf(principal: Principal): string {
  return `${principal.kind}:${principal.name}`;
}

function takeOldest<T>(things: Map<string, Kept<T>>): T | undefined {
  let [oldest, lastUse] = ['', Number.POSITIVE_INFINITY];
  for (const [id, kept] of things) if (kept.lastUse < lastUse) [oldest, lastUse] = [id, kept.lastUse];
  const thing = things.get(oldest)?.thing;
  things.delete(oldest);
  return thing;
}
