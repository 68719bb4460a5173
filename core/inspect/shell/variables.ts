/** What a script gives its variables, as far as that matters to what it runs later. */
import { isForeign, isKnown, NOTHING, type Origin, type Value } from './values.ts';

const LONGEST = 1024;

export class Variables {
  readonly #values = new Map<string, Value>();

  /** `value` undefined: nobody knows. */
  set(name: string, value: Value | undefined): void {
    const isKept = value !== undefined && value.text.length <= LONGEST && (isKnown(value) || isForeign(value.from));
    if (isKept) this.#values.set(name, value);
    else this.#values.delete(name);
  }

  /** Undefined for all but constants. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === undefined || !isKnown(value) ? undefined : value.text;
  }

  origin(name: string): Origin {
    return this.#values.get(name)?.from ?? NOTHING;
  }
}
