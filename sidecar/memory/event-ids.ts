/**
 * Ids of the events that a client was given last. Servers find a stream by the id of one of its events alone, so whoever named
 * another's would be given what is another's. A talkative server gives out very many, so 53 bits are kept of each: it is servers that
 * choose ids, and whoever wants to resume with one must know it, so nobody gains by one that looks like another.
 */
import { randomInt } from 'node:crypto';

const MAX_EVENTS = 512;
const MIN_EVENTS = 16;
const SEED = randomInt(2 ** 32);
/** FNV-1a, 32 bits, with another start for each half. */
const PRIME = 0x01000193;
const BASIS = 0x811c9dc5;

export class EventIds {
  #hashes = new Float64Array(0);
  #count = 0;

  add(id: string): void {
    const at = this.#count++ % MAX_EVENTS;
    if (at >= this.#hashes.length) {
      const larger = new Float64Array(Math.max(MIN_EVENTS, this.#hashes.length * 2));
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[at] = hashOf(id);
  }

  has(id: string): boolean {
    const hash = hashOf(id);
    const known = Math.min(this.#count, MAX_EVENTS);
    return this.#hashes.subarray(0, known).includes(hash);
  }
}

function hashOf(id: string): number {
  let low = BASIS ^ SEED;
  let high = ~BASIS ^ SEED;
  for (let i = 0; i < id.length; i++) {
    const code = id.charCodeAt(i);
    low = Math.imul(low ^ code, PRIME);
    high = Math.imul(high ^ (code + i), PRIME);
  }
  return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
}
