/** A rule's checks on a tool's arguments, by the names of parameters and by pointers into them. */
import * as z from 'zod';
import type { SaidArgument } from '../../api/rules/arguments/of-type.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { fold, workOfFold } from '../../mcp/fold.ts';
import type { JsonObject } from '../../mcp/message.ts';
import type { Inspection, Meter } from '../inspection.ts';
import { escapePart } from '../../json-pointer.ts';
import type { ArgumentCheck } from './arguments/argument-type.ts';
import { FOLD_SHRINKS, type Step, stepsTo, valuesBelow } from './arguments/argument-path.ts';
import type { Broken, NamedValues, PlacedValue } from './broken.ts';
import { argumentSchema, compileArgument, prepareArgument } from './arguments/types.ts';

const schema = z.record(z.string(), argumentSchema);
/** By parameter name. */
export type ArgumentChecks = z.infer<typeof schema>;

interface Said {
  readonly effect: string;
  readonly arguments?: Readonly<Record<string, SaidArgument>> | undefined;
}

export const argumentChecks = {
  /** Null: none is checked. */
  schema: schema.nullable(),
  compile: ({ arguments: said }: Said): ArgumentChecks | null => compileChecks(said, ({ mode }) => mode !== 'Shadow'),
};

/** Checks that only record, in a rule that is enforced: absent where there are none. */
export const shadowChecks = {
  schema: schema.exactOptional(),
  compile({ arguments: said }: Said): { shadowArguments?: ArgumentChecks } {
    const checks = compileChecks(said, ({ mode }) => mode === 'Shadow');
    return checks === null ? {} : { shadowArguments: checks };
  },
};

function compileChecks(said: Said['arguments'], isMeant: (one: SaidArgument) => boolean): ArgumentChecks | null {
  const checks = Object.entries(said ?? {}).filter(([, one]) => isMeant(one));
  if (checks.length === 0) return null;
  return Object.fromEntries(checks.map(([parameter, one]) => [parameter, compileArgument(one)]));
}

/** A name that no argument folds to, for a pointer that begins with `*`: a plain name does not begin with a slash. */
const EVERY = '/*';

export interface PreparedCheck {
  /** One for each parameter and what is asked of it. */
  readonly id: number;
  /** As the rule has it. */
  readonly parameter: string;
  readonly type: string;
  /** By which its argument is found: a folded name, or `EVERY`. */
  readonly folded: string;
  /** Where that is, if nobody sends it. */
  readonly pointer: string;
  /** From there to what is checked. */
  readonly steps: readonly Step[];
  readonly check: ArgumentCheck;
}

/** The checks of a policy, made ready once: rules that say the same share one check, and so what it finds. */
export class CheckTable {
  readonly #checks = new Map<string, PreparedCheck>();
  readonly #folded = new Set<string>();
  #longest = 0;
  #hasEvery = false;

  prepare(checks: ArgumentChecks | null): readonly PreparedCheck[] | null {
    if (checks === null) return null;
    return Object.entries(checks).map(([parameter, said]) => {
      const key = canonicalJson([parameter, said]);
      const known = this.#checks.get(key);
      if (known !== undefined) return known;
      const [first, ...steps] = stepsTo(parameter);
      const folded = first.folded ?? EVERY;
      if (folded === EVERY) this.#hasEvery = true;
      else this.#longest = Math.max(this.#longest, folded.length);
      this.#folded.add(folded);
      const [, part = ''] = parameter.startsWith('/') ? parameter.split('/') : ['', escapePart(parameter)];
      const pointer = `/${part}`;
      const check = {
        id: this.#checks.size,
        parameter,
        type: said.type,
        folded,
        pointer,
        steps,
        check: prepareArgument(said),
      };
      this.#checks.set(key, check);
      return check;
    });
  }

  /** The values of all arguments that some rule checks, by folded name: a server that folds case would take "PATH" for "path". */
  valuesByName(args: JsonObject, meter: Meter): NamedValues {
    const named = new Map<string, PlacedValue[]>();
    for (const key of Object.keys(args)) {
      if (this.#hasEvery) add(named, EVERY, key, args[key]);
      // Longer than the folded form of any parameter can come from: it need not be folded.
      if (key.length > this.#longest * FOLD_SHRINKS) continue;
      if (!meter.spend(workOfFold(key))) return named;
      const folded = fold(key);
      if (this.#folded.has(folded)) add(named, folded, key, args[key]);
    }
    return named;
  }
}

function add(to: Map<string, PlacedValue[]>, name: string, key: string, value: unknown): void {
  const placed = { pointer: `/${escapePart(key)}`, value };
  const values = to.get(name);
  if (values === undefined) to.set(name, [placed]);
  else values.push(placed);
}

/**
 * The checks that do not hold, each with the first thing that is wrong; undefined when all do, or when `meter` is exhausted: then nothing
 * is known.
 */
export function brokenChecks(
  checks: readonly PreparedCheck[],
  table: CheckTable,
  args: JsonObject,
  inspection: Inspection,
  meter: Meter,
): Broken[] | undefined {
  // Even those that find nothing: a thousand rules may have 64 each.
  if (!meter.spend(checks.length)) return undefined;
  const named = inspection.named(args, () => table.valuesByName(args, meter));
  let all: Broken[] | undefined;
  for (const check of checks) {
    const values = named.get(check.folded) ?? missing(check);
    if (values === undefined) continue;
    const broken = inspection.said(check.id, args, () => brokenByAny(check, values, inspection, meter), meter);
    if (meter.exhausted) return undefined;
    if (broken !== undefined) (all ??= []).push(broken);
  }
  return all;
}

function missing({ folded, pointer, check }: PreparedCheck): readonly PlacedValue[] | undefined {
  return check.asksForMissing === true && folded !== EVERY ? [{ pointer, value: undefined }] : undefined;
}

function brokenByAny(
  { type, steps, check }: PreparedCheck,
  values: readonly PlacedValue[],
  inspection: Inspection,
  meter: Meter,
): Broken | undefined {
  let at = '';
  try {
    for (const placed of values) {
      at = placed.pointer;
      for (const { pointer, value } of steps.length === 0 ? [placed] : valuesBelow(placed, steps, meter)) {
        if (meter.exhausted) return undefined;
        at = pointer;
        const found = check.inspect(value, inspection, meter);
        if (found !== undefined) return { finding: found.finding, pointer: pointer + found.at };
      }
    }
    return undefined;
  } catch (error) {
    // Of what throws nothing is known, so it does not hold.
    const name = error instanceof Error ? error.name : 'unknown';
    const message = `The inspection failed (${name}), so nothing is known of the value. Call again with a plain value of the type ${type}.`;
    return { finding: { detector: type, reason: 'failed', message, span: undefined, evidence: '' }, pointer: at };
  }
}
