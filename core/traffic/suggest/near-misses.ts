/** Calls that nobody made and that are nearly those that were made: each breaks one thing that a rule says. */
import { isObject } from '../../mcp/message.ts';
import { unescapePart } from '../../json-pointer.ts';
import type { SaidCheck } from './argument-check.ts';

export interface NearMiss {
  /** What is other, in words. */
  readonly what: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** A test file is read by people. */
const LONGEST_TEXT = 512;

/** `args`: of a call that the rule allows. */
export function nearMisses(
  args: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, SaidCheck>>,
): NearMiss[] {
  return Object.entries(checks).flatMap(([parameter, check]) =>
    brokenValues(check).flatMap(({ what, value }) => {
      const changed = withValue(args, stepsOf(parameter), value);
      return changed === undefined ? [] : [{ what: `${what} as ${parameter}`, arguments: changed }];
    }),
  );
}

function brokenValues({
  type,
  roots,
  hosts,
  schemes,
  enum: words,
  min,
  max,
  maxLength,
  forbidden,
  programs,
  statements,
  tables,
}: SaidCheck): { readonly what: string; readonly value: unknown }[] {
  if (forbidden === true) return [{ what: 'a parameter that nobody sent', value: 'x' }];
  if (Array.isArray(words)) return [{ what: 'another word', value: otherThan(words as unknown[]) }];
  const broken: { what: string; value: unknown }[] = [];
  if (type === 'path' && Array.isArray(roots)) {
    const [root = '/'] = roots as string[];
    if (!roots.includes('/')) {
      broken.push({ what: 'a path outside', value: '/nowhere-else/x' });
      broken.push({ what: 'a path that climbs out', value: `${root}/../../../../../../../../../../nowhere-else/x` });
    }
  }
  if (type === 'url' && Array.isArray(hosts)) {
    const [scheme = 'https'] = Array.isArray(schemes) ? (schemes as string[]) : [];
    broken.push({ what: 'another host', value: `${scheme}://other-host.sallyport.dev/x` });
  }
  if (type === 'host' && Array.isArray(hosts)) broken.push({ what: 'another host', value: 'other-host.sallyport.dev' });
  if (type === 'shell' && Array.isArray(programs)) broken.push({ what: 'another program', value: 'other-program x' });
  if (type === 'sql' && Array.isArray(statements) && !statements.includes('drop'))
    broken.push({ what: 'another statement', value: 'DROP TABLE other_table' });
  if (type === 'sql' && Array.isArray(tables))
    broken.push({ what: 'another table', value: 'SELECT * FROM other_table' });
  if (typeof min === 'number') broken.push({ what: 'a smaller number', value: min - 1 });
  if (typeof max === 'number') broken.push({ what: 'a larger number', value: max + 1 });
  if (typeof maxLength === 'number' && maxLength <= LONGEST_TEXT)
    broken.push({ what: 'a longer text', value: 'x'.repeat(maxLength + 1) });
  return broken;
}

function otherThan(words: readonly unknown[]): string {
  let other = 'another-word';
  while (words.includes(other)) other += '-2';
  return other;
}

function stepsOf(parameter: string): readonly string[] {
  return parameter.startsWith('/') ? parameter.slice(1).split('/').map(unescapePart) : [parameter];
}

/** A copy in which the value stands where the steps lead; undefined where they lead nowhere. `*`: the first entry. */
function withValue(
  args: Readonly<Record<string, unknown>>,
  steps: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> | undefined {
  const changed = changedAt(args, steps, value);
  return isObject(changed) ? changed : undefined;
}

function changedAt(at: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(at)) {
    const [first, ...others] = at as unknown[];
    if (step !== '*' || first === undefined) return undefined;
    const changed = changedAt(first, rest, value);
    return changed === undefined ? undefined : [changed, ...others];
  }
  if (!isObject(at)) return undefined;
  const inner = rest.length === 0 ? value : changedAt(at[step], rest, value);
  return inner === undefined
    ? undefined
    : Object.fromEntries([...Object.entries(at).filter(([key]) => key !== step), [step, inner]]);
}
