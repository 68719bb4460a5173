/** A rule's checks on a tool's arguments, by the names of parameters. */
import * as z from 'zod';
import type { SaidArgument } from '../../api/rules/arguments/of-type.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { fold, workOfFold } from '../../mcp/fold.ts';
import type { JsonObject } from '../../mcp/message.ts';
import type { Inspection, Meter } from '../inspection.ts';
import { escapePart } from '../findings.ts';
import type { ArgumentCheck, Found } from './arguments/argument-type.ts';
import type { Broken, NamedValue, NamedValues } from './broken.ts';
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

export interface PreparedCheck {
  /** One for each parameter and what is asked of it. */
  readonly id: number;
  readonly parameter: string;
  readonly folded: string;
  readonly type: string;
  readonly check: ArgumentCheck;
}

/** A fold is at least a quarter as long as the key: only `i` with a dot, or two, gets shorter. */
const SHRINKS = 4;

/** The checks of a policy, made ready once: rules that say the same share one check, and so what it finds. */
export class CheckTable {
  readonly #checks = new Map<string, PreparedCheck>();
  readonly #folded = new Set<string>();
  #longest = 0;

  prepare(checks: ArgumentChecks | null): readonly PreparedCheck[] | null {
    if (checks === null) return null;
    return Object.entries(checks).map(([parameter, said]) => {
      const key = canonicalJson([parameter, said]);
      const known = this.#checks.get(key);
      if (known !== undefined) return known;
      const folded = fold(parameter);
      this.#folded.add(folded);
      this.#longest = Math.max(this.#longest, folded.length);
      const check = { id: this.#checks.size, parameter, folded, type: said.type, check: prepareArgument(said) };
      this.#checks.set(key, check);
      return check;
    });
  }

  /** The values of all arguments that some rule checks, by folded name: a server that folds case would take "PATH" for "path". */
  valuesByName(args: JsonObject, meter: Meter): NamedValues {
    const named = new Map<string, NamedValue[]>();
    for (const key of Object.keys(args)) {
      // Longer than the folded form of any parameter can come from: it need not be folded.
      if (key.length > this.#longest * SHRINKS) continue;
      if (!meter.spend(workOfFold(key))) return named;
      const folded = fold(key);
      if (!this.#folded.has(folded)) continue;
      const values = named.get(folded);
      if (values === undefined) named.set(folded, [{ key, value: args[key] }]);
      else values.push({ key, value: args[key] });
    }
    return named;
  }
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
    const values = named.get(check.folded);
    if (values === undefined) continue;
    const broken = inspection.said(check.id, args, () => brokenByAny(check, values, inspection, meter), meter);
    if (meter.exhausted) return undefined;
    if (broken !== undefined) (all ??= []).push(broken);
  }
  return all;
}

function brokenByAny(
  { type, check }: PreparedCheck,
  values: readonly NamedValue[],
  inspection: Inspection,
  meter: Meter,
): Broken | undefined {
  for (const { key, value } of values) {
    const found = inspect(type, check, value, inspection, meter);
    if (found !== undefined) return { finding: found.finding, pointer: `/${escapePart(key)}${found.at}` };
  }
  return undefined;
}

/** Of what throws nothing is known, so it does not hold. */
function inspect(
  type: string,
  check: ArgumentCheck,
  value: unknown,
  inspection: Inspection,
  meter: Meter,
): Found | undefined {
  try {
    return check.inspect(value, inspection, meter);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    const message = `The inspection failed (${name}), so nothing is known of the value. Call again with a plain value of the type ${type}.`;
    return { finding: { detector: type, reason: 'failed', message, span: undefined, evidence: '' }, at: '' };
  }
}
