/** Runs a file of cases: the policy is loaded as a gate loads it, and each case played through a gate. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatProblem, type Problem } from '../../core/api/problem.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { systemReason, UserError } from '../errors.ts';
import { loadPolicy } from '../load-policy.ts';
import { readDefinitions } from '../tool-list.ts';
import { type CaseFile, type Lists, type PlacedCase, readCaseFile } from './case-file.ts';
import { compare, type Difference } from './compare.ts';
import { policyBeside } from './policy-beside.ts';
import { rehearse } from './rehearse-case.ts';

export interface CaseResult {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** None: it passed. */
  readonly differences: readonly Difference[];
  /** The file or its policy cannot be read, or what the case is about did not happen. */
  readonly problems: readonly string[];
  /** What the model reads. */
  readonly refusal: string | undefined;
  /** That carry the decision. */
  readonly rules: readonly string[];
}

export interface FileResult {
  readonly file: string;
  /** At least one: where the file or its policy cannot be read, that is the one. */
  readonly cases: readonly CaseResult[];
  /** Of the policy, those that had a say in some case. */
  readonly touched: ReadonlySet<string>;
  /** Undefined where there is none. */
  readonly policy: Policy | undefined;
}

export function hasPassed({ differences, problems }: CaseResult): boolean {
  return differences.length === 0 && problems.length === 0;
}

/** `enforce`: what is in shadow acts, whatever the file says. */
export async function runCaseFile(file: string, enforce = false): Promise<FileResult> {
  try {
    const cases = readCaseFile(readFileSync(file, 'utf8'), file);
    if ('problems' in cases) return unreadable(file, cases.problems);
    const policy = policyOf(file, enforce ? { ...cases, enforce } : cases);
    if ('problems' in policy) return unreadable(file, policy.problems);
    return await runCases(file, cases, policy);
  } catch (error) {
    if (error instanceof UserError)
      return unreadable(file, [
        { ...at(file), path: 'tools', message: error.message, mend: error.mend ?? 'see: sallyport test --help' },
      ]);
    return unreadable(file, [{ ...at(file), message: `cannot be read: ${systemReason(error)}` }]);
  }
}

async function runCases(
  file: string,
  { tests, as, tools, now, session }: CaseFile,
  policy: Policy,
): Promise<FileResult> {
  const lists = toolsOf(file, tools);
  const results: CaseResult[] = [];
  const touched = new Set<string>();
  for (const one of tests) {
    const isCall = one.tool !== undefined && one.lists === undefined;
    const whole = { now, session, ...one, ...(isCall ? { lists } : {}) };
    results.push(await runCase(file, whole, policy, one.as ?? as, touched));
  }
  return { file, cases: results, touched, policy };
}

async function runCase(
  file: string,
  one: PlacedCase,
  policy: Policy,
  as: PlacedCase['as'],
  touched: Set<string>,
): Promise<CaseResult> {
  const rehearsed = await rehearse(one, policy, as);
  const { verdict, refusal, problem } = rehearsed;
  const { rules, findings, would } = verdict;
  for (const id of [...rules, ...(would?.rules ?? [])]) touched.add(id);
  for (const { rule } of [...findings, ...(would?.findings ?? [])]) touched.add(rule);
  const { name, line } = one;
  const problems = problem === undefined ? [] : [problem];
  const differences = problem === undefined ? compare(one, rehearsed) : [];
  return { file, line, name, differences, problems, refusal, rules };
}

function toolsOf(file: string, tools: CaseFile['tools']): Lists | undefined {
  if (tools === undefined) return undefined;
  return { tools: typeof tools === 'string' ? [...readDefinitions(join(dirname(file), tools))] : tools };
}

function unreadable(file: string, problems: readonly Problem[]): FileResult {
  const name = 'the cases and their policy can be read';
  const one = { file, line: 1, name, differences: [], problems: problems.map(formatProblem), refusal: undefined };
  return { file, cases: [{ ...one, rules: [] }], touched: new Set(), policy: undefined };
}

function at(file: string): Omit<Problem, 'message'> {
  return { file, line: 1, column: 1, path: '' };
}

function policyOf(
  file: string,
  { policy, server, enforce }: CaseFile,
): Policy | { readonly problems: readonly Problem[] } {
  const [path, ...also] = pathsOf(file, policy);
  const missing = [path, ...also].find((one) => !existsSync(one));
  if (missing !== undefined) {
    const mend = 'write its path from this file';
    return { problems: [{ ...at(file), path: 'policy', message: `${missing} does not exist`, mend }] };
  }
  const loaded = loadPolicy({ path, also, serverName: server?.name, server: server ?? {}, enforce: enforce === true });
  if (!('noPackFor' in loaded)) return loaded;
  const message = `no PolicyPack of ${path} applies to the server ${loaded.noPackFor}`;
  const mend = 'write its namespace and labels: `server: {namespace: finance, labels: {app: ledger}}`';
  return { problems: [{ ...at(file), path: 'server', message, mend }] };
}

function pathsOf(file: string, policy: CaseFile['policy']): readonly [string, ...string[]] {
  const [first, ...others] = typeof policy === 'string' ? [policy] : (policy ?? []);
  const from = (path: string): string => join(dirname(file), path);
  return first === undefined ? [policyBeside(file)] : [from(first), ...others.map(from)];
}
