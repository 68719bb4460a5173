/** What a case expects, held against what was decided. */
import { isDeepStrictEqual } from 'node:util';
import type { PlacedFinding } from '../../core/policy/findings.ts';
import { isAboutLists, type PolicyCase } from './case-schema.ts';
import type { Rehearsed } from './rehearse-case.ts';

export interface Difference {
  /** The field of the case. */
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

export function compare(expected: PolicyCase, rehearsed: Omit<Rehearsed, 'problem' | 'answer'>): readonly Difference[] {
  const { verdict, refusal } = rehearsed;
  const { message } = expected;
  const differences: Difference[] = [];
  const add = (field: string, wanted: string, actual: string): void => {
    differences.push({ field, expected: wanted, actual });
  };
  compareDecision('', expected, verdict, add);
  if (message !== undefined && refusal?.includes(message) !== true) add('message', message, refusal ?? 'nothing');
  const would = typeof expected.would === 'string' ? { expect: expected.would } : expected.would;
  const { effect: wouldBe = 'Nothing' as const, rules = [], findings = [] } = verdict.would ?? {};
  if (would !== undefined) compareDecision('would', would, { effect: wouldBe, rules, findings }, add);
  compareArrival(expected, rehearsed, add);
  return differences;
}

type Add = (field: string, wanted: string, actual: string) => void;
type Decision = Pick<PolicyCase, 'rules' | 'findings'> & { readonly expect: string };
interface Decided {
  readonly effect: string;
  readonly rules: readonly string[];
  readonly findings: readonly PlacedFinding[];
}

function compareDecision(of: '' | 'would', { expect, rules, findings }: Decision, actual: Decided, add: Add): void {
  const field = (name: string): string => (of === '' ? name : `${of}.${name}`);
  if (expect !== actual.effect) add(of === '' ? 'expect' : of, expect, actual.effect);
  if (rules !== undefined && !sameRules(rules, actual.rules)) add(field('rules'), list(rules), list(actual.rules));
  if (findings !== undefined && !sameFindings(findings, actual.findings))
    add(field('findings'), list(findings.map(describe)), list(actual.findings.map(describeFound)));
}

function compareArrival(expected: PolicyCase, { texts, sent }: Omit<Rehearsed, 'problem' | 'answer'>, add: Add): void {
  const { shows, hides, sends } = expected;
  const isNames = isAboutLists(expected);
  // A value that is spread over texts has not been hidden.
  const all = texts.join('');
  const arrives = (part: string): boolean =>
    isNames ? texts.includes(part) : texts.some((text) => text.includes(part));
  for (const part of several(shows)) if (!arrives(part)) add('shows', part, shorten(list(texts)));
  for (const part of several(hides))
    if (isNames ? arrives(part) : all.includes(part)) add('hides', `not ${part}`, shorten(list(texts)));
  if (sends !== undefined && !isDeepStrictEqual(sends, sent))
    add('sends', JSON.stringify(sends), sent === undefined ? 'nothing' : JSON.stringify(sent));
}

function several(parts: string | readonly string[] | undefined): readonly string[] {
  return parts === undefined ? [] : typeof parts === 'string' ? [parts] : parts;
}

const MAX_SHOWN = 2000;

function shorten(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
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
