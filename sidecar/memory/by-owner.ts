/**
 * Things that belong to whoever they were given to: by owner, then by id in the order of last use. Whoever has too many loses its own
 * oldest one, never somebody else's; nothing tells a thing of another's from one that does not exist.
 */
import type { Principal } from '../../core/policy/principal.ts';

export class ByOwner<T> {
  readonly #maxPerOwner: number;
  readonly #byOwner = new Map<string, Map<string, T>>();

  constructor(maxPerOwner: number) {
    this.#maxPerOwner = maxPerOwner;
  }

  /** Sets the thing, and returns the one that had to make room for it. */
  set(id: string, principal: Principal, thing: T): T | undefined {
    const owner = ownerOf(principal);
    const things = this.#byOwner.get(owner) ?? new Map<string, T>();
    this.#byOwner.set(owner, things);
    things.delete(id);
    const dropped = things.size >= this.#maxPerOwner ? takeOldest(things) : undefined;
    things.set(id, thing);
    return dropped;
  }

  /** The thing, if it exists and is this principal's; it is now its latest. */
  get(id: string, principal: Principal): T | undefined {
    const things = this.#byOwner.get(ownerOf(principal));
    const thing = things?.get(id);
    if (things === undefined || thing === undefined) return undefined;
    things.delete(id);
    things.set(id, thing);
    return thing;
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
      for (const [id, thing] of things) {
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

function takeOldest<T>(things: Map<string, T>): T | undefined {
  for (const [id, thing] of things) {
    things.delete(id);
    return thing;
  }
  return undefined;
}
