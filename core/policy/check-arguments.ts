/** A rule's checks on a tool's arguments. */
import { inspectPath } from '../inspect/paths.ts';
import { fold } from '../mcp/fold.ts';
import type { Target } from '../mcp/catalogue.ts';
import type { ArgumentCheck, BundleRule } from './bundle.ts';

/** A sentence about the first argument that breaks one of the rule's checks, or undefined when all hold. */
export function checkArguments(rule: BundleRule, target: Target): string | undefined {
  if (rule.arguments === null || target.args === undefined) return undefined;
  const args = target.args;
  for (const parameter of Object.keys(rule.arguments)) {
    const check = rule.arguments[parameter] as ArgumentCheck;
    for (const key of Object.keys(args)) {
      // A server that folds case would take "PATH" for "path".
      if (key !== parameter && fold(key) !== fold(parameter)) continue;
      const problem = checkValue(check, args[key]);
      if (problem !== undefined) return `argument ${JSON.stringify(parameter)}: ${problem}`;
    }
  }
  return undefined;
}

/** More are no list a person or model wrote, and each is inspected while all other calls wait. */
const MAX_PATHS = 1000;

function checkValue(check: ArgumentCheck, value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return checkPath(check, value);
  if (!Array.isArray(value)) return 'It must be a path or a list of paths.';
  if (value.length > MAX_PATHS) return `It must be a list of at most ${MAX_PATHS} paths.`;
  for (const item of value) {
    const problem = typeof item === 'string' ? checkPath(check, item) : 'It must be a list of paths and nothing else.';
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function checkPath(check: ArgumentCheck, value: string): string | undefined {
  return inspectPath(value, check.roots)?.message;
}
