/** A rule's checks on a tool's arguments. */
import { judgePath } from '../inspect/paths.ts';
import { fold, workOfFold } from '../mcp/fold.ts';
import type { JsonObject } from '../mcp/message.ts';
import type { CheckTable, PreparedCheck } from './argument-checks.ts';
import type { Inspection, Meter } from './inspection.ts';

/**
 * A sentence about the first argument that breaks one of the checks, or undefined when all hold, or when `meter` is exhausted: then
 * nothing is known.
 */
export function checkArguments(
  checks: readonly PreparedCheck[],
  table: CheckTable,
  args: JsonObject,
  inspection: Inspection,
  meter: Meter,
): string | undefined {
  // Even those that find nothing: a thousand rules may have 64 each.
  if (!meter.spend(checks.length)) return undefined;
  const named = inspection.named(args, () => valuesByName(args, table, meter));
  for (const check of checks) {
    const values = named.get(check.folded);
    if (values === undefined) continue;
    const problem = inspection.said(check.id, args, () => checkValues(check, values, inspection, meter), meter);
    if (meter.exhausted) return undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A server that folds case would take "PATH" for "path". */
function valuesByName(args: JsonObject, table: CheckTable, meter: Meter): ReadonlyMap<string, readonly unknown[]> {
  const named = new Map<string, unknown[]>();
  for (const key of Object.keys(args)) {
    if (!table.mayName(key)) continue;
    if (!meter.spend(workOfFold(key))) return named;
    const folded = fold(key);
    if (!table.names(folded)) continue;
    const values = named.get(folded);
    if (values === undefined) named.set(folded, [args[key]]);
    else values.push(args[key]);
  }
  return named;
}

function checkValues(
  check: PreparedCheck,
  values: readonly unknown[],
  inspection: Inspection,
  meter: Meter,
): string | undefined {
  for (const value of values) {
    const problem = checkValue(check, value, inspection, meter);
    if (problem !== undefined) return `argument ${JSON.stringify(check.parameter)}: ${problem}`;
  }
  return undefined;
}

/** More are no list a person or model wrote. */
const MAX_PATHS = 1000;

function checkValue(check: PreparedCheck, value: unknown, inspection: Inspection, meter: Meter): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return checkPath(check, value, inspection, meter);
  if (!Array.isArray(value)) return 'It must be a path or a list of paths.';
  if (value.length > MAX_PATHS) return `It must be a list of at most ${MAX_PATHS} paths.`;
  for (const item of value) {
    if (typeof item !== 'string') return 'It must be a list of paths and nothing else.';
    const problem = checkPath(check, item, inspection, meter);
    if (problem !== undefined || meter.exhausted) return problem;
  }
  return undefined;
}

function checkPath(check: PreparedCheck, value: string, inspection: Inspection, meter: Meter): string | undefined {
  const reading = inspection.readPath(value, meter);
  if (reading === undefined || !meter.spend(check.roots.workOf(reading.readings))) return undefined;
  return judgePath(reading, check.roots)?.message;
}
