/** What was found of tokens, by their digests: bounded, and the longest unused is forgotten first. Forgetting costs another look. */
import { hash } from 'node:crypto';
import type { Verdict } from './verify-token.ts';

const MAX_KNOWN = 10_000;
/** Apart, so that whoever makes tokens up makes nobody else's forgotten. */
const MAX_OTHERS = 1_000;
/** A token that was refused may be good in a moment: of a clock that runs behind, or of a key that is just being published. */
const OTHERS_FOR_MS = 2_000;

interface Entry {
  readonly verdict: Verdict;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

export class Remembered {
  readonly #known = new Map<string, Entry>();
  readonly #others = new Map<string, Entry>();

  get size(): number {
    return this.#known.size + this.#others.size;
  }

  find(digest: string, now: number): Verdict | undefined {
    const known = this.#known.get(digest);
    if (known !== undefined) {
      this.#known.delete(digest);
      if (now >= known.until) return undefined;
      this.#known.set(digest, known);
      return known.verdict;
    }
    const other = this.#others.get(digest);
    if (other === undefined || now < other.until) return other?.verdict;
    this.#others.delete(digest);
    return undefined;
  }

  keep(digest: string, verdict: Verdict, now: number): void {
    if (verdict.kind === 'known') {
      keepIn(this.#known, MAX_KNOWN, digest, { verdict, until: verdict.until });
      return;
    }
    this.#known.delete(digest);
    keepIn(this.#others, MAX_OTHERS, digest, { verdict, until: now + OTHERS_FOR_MS });
  }

  clear(): void {
    this.#known.clear();
    this.#others.clear();
  }
}

/** Not the token itself: memory may be looked at. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'base64url');
}

function keepIn(map: Map<string, Entry>, max: number, digest: string, entry: Entry): void {
  map.delete(digest);
  map.set(digest, entry);
  if (map.size <= max) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
