/** What keywords that look into a value need of the evaluation that they are part of. */
import type { Prepared, PreparedPattern } from './prepared.ts';
import type { Report, SchemaReason } from './violation.ts';

/** What of an object or a list some keyword has looked at: the rest is for `unevaluated…`. */
export class Seen {
  readonly #parts = new Set<string | number>();

  has(part: string | number): boolean {
    return this.#parts.has(part);
  }

  add(part: string | number): void {
    this.#parts.add(part);
  }

  addAll(other: Seen | undefined): void {
    if (other === undefined) return;
    for (const part of other.#parts) this.#parts.add(part);
  }
}

/** Where a value stands, and who hears of what is wrong with it: nobody inside of `anyOf` and the like. */
export interface Place {
  readonly pointer: string;
  readonly report: Report | undefined;
  /** Undefined where no keyword of the schema asks for it: nearly none does. */
  readonly seen: Seen | undefined;
}

export interface Run {
  /** The budget is used up: nothing is known any more. */
  readonly isOver: boolean;
  afford(work: number): boolean;
  /** Without a report it ends with the first thing that is wrong. */
  holds(schema: Prepared, value: unknown, place: Place): boolean;
  matches(pattern: PreparedPattern, text: string): boolean;
}

/** Says it, and whether it is worth going on. */
export function wrong({ report, pointer }: Place, reason: SchemaReason, message: string, below = ''): boolean {
  report?.add(reason, pointer + below, message);
  return report !== undefined;
}

/** For a value inside of the one that is looked at. */
export function inside({ pointer, report, seen }: Place, part: string | number): Place {
  return { pointer: `${pointer}/${part}`, report, seen: seen && new Seen() };
}

/** The same value, but nobody is told, and what is looked at counts only if somebody takes it over. */
export function quietly({ pointer, seen }: Place): Place {
  return { pointer, report: undefined, seen: seen && new Seen() };
}
