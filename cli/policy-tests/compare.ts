/** What a case expects, held against what was decided. */
import type { PlacedFinding } from '../../core/policy/findings.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { PolicyCase } from './case-file.ts';

export interface Difference {
  /** The field of the case. */
  readonly field: 'expect' | 'rules' | 'findings' | 'message' | 'would';
  readonly expected: string;
  readonly actual: string;
}

/** `refusal`: what the model reads; undefined where nothing is refused. */
export function compare(expected: PolicyCase, verdict: Verdict, refusal: string | undefined): readonly Difference[] {
  const { rules, findings, message, would } = expected;
  const differences: Difference[] = [];
  const add = (field: Difference['field'], wanted: string, actual: string): void => {
    differences.push({ field, expected: wanted, actual });
  };
  if (verdict.effect !== expected.expect) add('expect', expected.expect, verdict.effect);
  if (rules !== undefined && !sameRules(rules, verdict.rules)) add('rules', list(rules), list(verdict.rules));
  if (findings !== undefined && !sameFindings(findings, verdict.findings))
    add('findings', list(findings.map(describe)), list(verdict.findings.map(describeFound)));
  if (message !== undefined && refusal?.includes(message) !== true) add('message', message, refusal ?? 'nothing');
  const shadow = verdict.would?.effect ?? 'Nothing';
  if (would !== undefined && would !== shadow) add('would', would, shadow);
  return differences;
}

function sameRules(expected: readonly string[], actual: readonly string[]): boolean {
  return (
    expected.every((rule) => actual.some((id) => isNamed(id, rule))) &&
    actual.every((id) => expected.some((rule) => isNamed(id, rule)))
  );
}

/** `namespace/pack#rule` by any of its endings. */
function isNamed(id: string, written: string): boolean {
  return id === written || id.endsWith(`/${written}`) || id.endsWith(`#${written}`);
}

type ExpectedFinding = NonNullable<PolicyCase['findings']>[number];

/** Each expected one is another that was found, and none is left. The more exact ones choose first. */
function sameFindings(expected: readonly ExpectedFinding[], actual: readonly PlacedFinding[]): boolean {
  if (expected.length !== actual.length) return false;
  const left = [...actual];
  for (const one of expected.toSorted((a, b) => Object.keys(b).length - Object.keys(a).length)) {
    const at = left.findIndex((found) => fits(one, found));
    if (at === -1) return false;
    left.splice(at, 1);
  }
  return true;
}

function fits({ detector, reason, at }: ExpectedFinding, found: PlacedFinding): boolean {
  return (
    (detector === undefined || detector === found.detector) &&
    (reason === undefined || reason === found.reason) &&
    (at === undefined || at === found.pointer)
  );
}

function describeFound({ detector, reason, pointer }: PlacedFinding): string {
  return describe({ detector, reason, at: pointer });
}

function describe({ detector, reason, at }: ExpectedFinding): string {
  const what = [detector, reason].filter((word) => word !== undefined).join(' ') || 'any';
  return at === undefined ? what : `${what} at ${at === '' ? 'the arguments' : at}`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}
