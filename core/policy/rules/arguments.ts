/** A rule's checks on a tool's arguments, by the names of parameters. */
import * as z from 'zod';
import { fold, workOfFold } from '../../mcp/fold.ts';
import type { JsonObject } from '../../mcp/message.ts';
import type { Inspection, Meter } from '../inspection.ts';
import { PathArgument, pathArgumentSchema } from './path-argument.ts';

const schema = z.record(z.string(), pathArgumentSchema).nullable();
/** By parameter name; null: none is checked. */
export type ArgumentChecks = z.infer<typeof schema>;

interface Said {
  readonly effect: string;
  readonly arguments?: NonNullable<ArgumentChecks> | undefined;
}

export const argumentChecks = {
  schema,
  compile: ({ arguments: said }: Said): ArgumentChecks => said ?? null,
};

export interface PreparedCheck {
  /** One for each parameter and what is asked of it. */
  readonly id: number;
  readonly parameter: string;
  readonly folded: string;
  readonly check: PathArgument;
}

/** A fold is at least a quarter as long as the key: only `i` with a dot, or two, gets shorter. */
const SHRINKS = 4;

/** The checks of a policy, made ready once: rules that say the same share one check, and so what it finds. */
export class CheckTable {
  readonly #checks = new Map<string, PreparedCheck>();
  readonly #folded = new Set<string>();
  #longest = 0;

  prepare(checks: ArgumentChecks): readonly PreparedCheck[] | null {
    if (checks === null) return null;
    return Object.entries(checks).map(([parameter, said]) => {
      const key = JSON.stringify([parameter, ...said.roots]);
      const known = this.#checks.get(key);
      if (known !== undefined) return known;
      const folded = fold(parameter);
      this.#folded.add(folded);
      this.#longest = Math.max(this.#longest, folded.length);
      const check = { id: this.#checks.size, parameter, folded, check: new PathArgument(said) };
      this.#checks.set(key, check);
      return check;
    });
  }

  /** The values of all arguments that some rule checks, by folded name: a server that folds case would take "PATH" for "path". */
  valuesByName(args: JsonObject, meter: Meter): ReadonlyMap<string, readonly unknown[]> {
    const named = new Map<string, unknown[]>();
    for (const key of Object.keys(args)) {
      // Longer than the folded form of any parameter can come from: it need not be folded.
      if (key.length > this.#longest * SHRINKS) continue;
      if (!meter.spend(workOfFold(key))) return named;
      const folded = fold(key);
      if (!this.#folded.has(folded)) continue;
      const values = named.get(folded);
      if (values === undefined) named.set(folded, [args[key]]);
      else values.push(args[key]);
    }
    return named;
  }
}

/**
 * A sentence about the first argument that breaks one of the checks, or undefined when all hold, or when `meter` is exhausted: then
 * nothing is known.
 */
export function brokenCheck(
  checks: readonly PreparedCheck[],
  table: CheckTable,
  args: JsonObject,
  inspection: Inspection,
  meter: Meter,
): string | undefined {
  // Even those that find nothing: a thousand rules may have 64 each.
  if (!meter.spend(checks.length)) return undefined;
  const named = inspection.named(args, () => table.valuesByName(args, meter));
  for (const check of checks) {
    const values = named.get(check.folded);
    if (values === undefined) continue;
    const problem = inspection.said(check.id, args, () => problemOfAny(check, values, inspection, meter), meter);
    if (meter.exhausted) return undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfAny(
  { parameter, check }: PreparedCheck,
  values: readonly unknown[],
  inspection: Inspection,
  meter: Meter,
): string | undefined {
  for (const value of values) {
    const problem = check.problemOf(value, inspection, meter);
    if (problem !== undefined) return `argument ${JSON.stringify(parameter)}: ${problem}`;
  }
  return undefined;
}
