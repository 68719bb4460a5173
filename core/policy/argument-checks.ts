/** The argument checks of a policy, made ready once: rules that say the same share one check, and so what it finds. */
import { PathRoots } from '../inspect/path-roots.ts';
import { fold } from '../mcp/fold.ts';
import type { BundleRule } from './bundle.ts';

export interface PreparedCheck {
  /** One for each parameter and set of roots. */
  readonly id: number;
  readonly parameter: string;
  readonly folded: string;
  readonly roots: PathRoots;
}

/** A fold is at least a quarter as long as the key: only `i` with a dot, or two, gets shorter. */
const SHRINKS = 4;

export class CheckTable {
  readonly #checks = new Map<string, PreparedCheck>();
  readonly #folded = new Set<string>();
  #longest = 0;

  prepare(checks: BundleRule['arguments']): readonly PreparedCheck[] | null {
    if (checks === null) return null;
    return Object.entries(checks).map(([parameter, { roots }]) => {
      const key = JSON.stringify([parameter, ...roots]);
      const known = this.#checks.get(key);
      if (known !== undefined) return known;
      const folded = fold(parameter);
      this.#folded.add(folded);
      this.#longest = Math.max(this.#longest, folded.length);
      const check = { id: this.#checks.size, parameter, folded, roots: new PathRoots(roots) };
      this.#checks.set(key, check);
      return check;
    });
  }

  /** Whether a key may have the folded form of a parameter; the others need not be folded. */
  mayName(key: string): boolean {
    return key.length <= this.#longest * SHRINKS;
  }

  names(folded: string): boolean {
    return this.#folded.has(folded);
  }
}
