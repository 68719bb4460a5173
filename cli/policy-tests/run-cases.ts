/** Runs a file of cases: the policy is loaded as a gate loads it, and each call decided as a gate decides. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { API_VERSION } from '../../core/api/common.ts';
import type { MCPServer } from '../../core/api/mcp-server.ts';
import { formatProblem, type Problem } from '../../core/api/problem.ts';
import type { Target } from '../../core/mcp/catalogue.ts';
import { decideCall } from '../../core/policy/decide-call.ts';
import { decideClientRequest } from '../../core/policy/decide-client-request.ts';
import { explainClientRequest, explainRefusal } from '../../core/policy/explain.ts';
import { Inspection } from '../../core/policy/inspection.ts';
import { Policy } from '../../core/policy/policy.ts';
import { ANONYMOUS, type Principal } from '../../core/policy/principal.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import { systemReason } from '../errors.ts';
import { loadFolder } from '../load-folder.ts';
import { type CaseFile, callOf, type PolicyCase, readCaseFile } from './case-file.ts';
import { compare, type Difference } from './compare.ts';
import { policyBeside } from './policy-beside.ts';

export interface CaseResult {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** None: it passed. */
  readonly differences: readonly Difference[];
  /** The file or its policy cannot be read, so that nothing was decided. */
  readonly problems: readonly string[];
  /** What the model reads. */
  readonly refusal: string | undefined;
  /** That carry the decision. */
  readonly rules: readonly string[];
}

export function hasPassed({ differences, problems }: CaseResult): boolean {
  return differences.length === 0 && problems.length === 0;
}

/** At least one result: where the file or its policy cannot be read, that is the one. */
export function runCaseFile(file: string): readonly CaseResult[] {
  try {
    const cases = readCaseFile(readFileSync(file, 'utf8'), file);
    if ('problems' in cases) return [unreadable(file, cases.problems)];
    const policy = loadPolicy(file, cases);
    if ('problems' in policy) return [unreadable(file, policy.problems)];
    return cases.tests.map((one) => runCase(file, one, policy, one.as ?? cases.as));
  } catch (error) {
    return [unreadable(file, [{ ...at(file), message: `cannot be read: ${systemReason(error)}` }])];
  }
}

function unreadable(file: string, problems: readonly Problem[]): CaseResult {
  const name = 'the cases and their policy can be read';
  return { file, line: 1, name, differences: [], problems: problems.map(formatProblem), refusal: undefined, rules: [] };
}

function at(file: string): Omit<Problem, 'message'> {
  return { file, line: 1, column: 1, path: '' };
}

function loadPolicy(file: string, { policy, server }: CaseFile): Policy | { readonly problems: readonly Problem[] } {
  const path = policy === undefined ? policyBeside(file) : join(dirname(file), policy);
  if (!existsSync(path)) {
    const mend = 'write its path from this file';
    return { problems: [{ ...at(file), path: 'policy', message: `${path} does not exist`, mend }] };
  }
  const loaded = loadFolder({ path, serverName: server?.name, assumed: assumedServer(server), inRepository: true });
  if ('problems' in loaded) return loaded;
  if (loaded.packs.length > 0) return new Policy(loaded.compiled.bundle, loaded.compiled.revision);
  const { name, namespace } = loaded.server.metadata;
  return {
    problems: [
      {
        ...at(file),
        path: 'server',
        message: `no PolicyPack of ${path} applies to the server ${namespace}/${name}`,
        mend: 'write its namespace and labels: `server: {namespace: finance, labels: {app: ledger}}`',
      },
    ],
  };
}

function assumedServer(server: CaseFile['server']): MCPServer {
  const { namespace = 'default', labels = {} } = server ?? {};
  return {
    apiVersion: API_VERSION,
    kind: 'MCPServer',
    metadata: { name: 'any', namespace, labels },
    spec: { remote: { url: 'http://127.0.0.1/mcp' } },
  };
}

/** The budget is that of a gate, and runs out at the same place every time. */
const NO_TIME_PASSES = { monotonic: (): number => 0 };

function runCase(file: string, one: CaseFile['tests'][number], policy: Policy, as: PolicyCase['as']): CaseResult {
  const { verdict, refusal } = one.asks === undefined ? call(one, policy, principalOf(as)) : ask(one, one.asks, policy);
  const { name, line } = one;
  const differences = compare(one, verdict, refusal);
  return { file, line, name, differences, problems: [], refusal, rules: verdict.rules };
}

interface Decided {
  readonly verdict: Verdict;
  readonly refusal: string | undefined;
}

function call(one: PolicyCase, policy: Policy, principal: Principal): Decided {
  const { kind, name } = callOf(one);
  const target = { kind, name, args: kind === 'tool' ? (one.arguments ?? {}) : undefined } as Target;
  const inspection = new Inspection(NO_TIME_PASSES);
  const verdict = decideCall(policy, { principal, targets: [target], inspection });
  return { verdict, refusal: verdict.effect === 'Deny' ? explainRefusal(verdict, target, principal) : undefined };
}

function ask({ url }: PolicyCase, kind: NonNullable<PolicyCase['asks']>, policy: Policy): Decided {
  const request = { kind, url };
  const verdict = decideClientRequest(policy, request);
  return { verdict, refusal: verdict.effect === 'Deny' ? explainClientRequest(verdict, request) : undefined };
}

function principalOf(as: PolicyCase['as']): Principal {
  return as === undefined ? ANONYMOUS : { kind: 'token', name: as.name, groups: as.groups ?? [] };
}
