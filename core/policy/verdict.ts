/** What is decided about a message, by which rules, and what has to be done about it. */
import type { Target } from '../mcp/catalogue.ts';
import type { Effect } from './effect.ts';
import { NO_FINDINGS, type PlacedFinding, sentenceOf, sortFindings } from './findings.ts';
import type { ApprovalTerms } from './rules/approval.ts';
import { failureSentence } from './rules/when.ts';

/**
 * Why an effect won, the one to be told first in front: to find out would have taken more time than one request gets; the target's name
 * or URL cannot be read in one safe way only; an argument (or the host of a URL) breaks a rule's check; the
 * definition of what it names is not as a pack wants it; it holds what a rule looks for; what came before it stands against it; a rule said so; nobody can
 * say whether the condition of a rule holds; a rule said so whose condition holds; no rule allows it.
 */
export const CAUSES = [
  'inspection-budget',
  'unreadable-target',
  'argument',
  'definition',
  'content',
  'history',
  'rule',
  'condition-failed',
  'condition',
  'no-rule',
] as const;
export type CauseKind = (typeof CAUSES)[number];

export interface Cause {
  readonly kind: CauseKind;
  /** The rule's own reason, or what is wrong with the argument, target or URL; undefined when nothing was said. */
  readonly detail: string | undefined;
  /** The target it is about, where a call names several. */
  readonly target: Target | undefined;
}

/** What is left to be done about a message that goes on: kept for as long as what was asked is. */
export interface Obligations {
  /** A person has to agree, within these terms, before it is sent. Set when the effect is RequireApproval. */
  readonly approval: ApprovalTerms | undefined;
  /** It was decided on without its arguments, and a rule checks these. */
  readonly unchecked: boolean;
}

/** What packs in Shadow mode would have made of it. */
export interface Would {
  readonly effect: Effect;
  readonly rules: readonly string[];
  /** As in a verdict. */
  readonly findings: readonly PlacedFinding[];
}

export interface Verdict {
  readonly effect: Effect;
  /** In the order of `CAUSES`, one of a kind. None where nothing was to be decided. */
  readonly causes: readonly Cause[];
  /** Ids of the rules that carry the effect, sorted. */
  readonly rules: readonly string[];
  /** What detectors found for these rules and for milder ones, sorted; at most `MAX_FINDINGS`. */
  readonly findings: readonly PlacedFinding[];
  readonly obligations: Obligations;
  /** When that is stricter. */
  readonly would: Would | undefined;
}

export const NO_OBLIGATIONS: Obligations = { approval: undefined, unchecked: false };
const NO_RULES: readonly string[] = [];

/** Adds nothing to any other verdict. */
export const NOTHING_TO_DECIDE: Verdict = {
  effect: 'Allow',
  causes: [],
  rules: NO_RULES,
  findings: NO_FINDINGS,
  obligations: NO_OBLIGATIONS,
  would: undefined,
};

export const NO_RULE = denied('no-rule', undefined);

/** Nothing allows it; that of rules whose conditions failed nobody knows it is beside the point. */
export function isNoRule({ rules, causes }: Verdict): boolean {
  return rules.length === 0 && causes[0]?.kind === 'no-rule';
}

/** The same where rules might have allowed it. At least one finding, of conditions that failed. */
export function noRuleBut(findings: readonly PlacedFinding[]): Verdict {
  const sorted = sortFindings(findings);
  const [first] = sorted;
  const detail = first === undefined ? undefined : `of rule ${first.rule} it cannot be told: ${failureSentence(first)}`;
  return { ...denied('no-rule', detail), findings: sorted };
}

/** A rule that forbids or holds does so as well where nobody can say whether its condition holds. */
export function failedVerdict(verdict: Verdict, finding: PlacedFinding): Verdict {
  const cause: Cause = { kind: 'condition-failed', detail: failureSentence(finding), target: undefined };
  return { ...verdict, causes: [cause], findings: [finding] };
}

/** Nothing is known of what was not looked at. */
export const OVER_BUDGET = denied('inspection-budget', undefined);

export function unreadable(problem: string): Verdict {
  return denied('unreadable-target', problem);
}

/** What a rule says by itself; rules are made ready with it once. */
export function ruleVerdict(
  id: string,
  effect: Effect,
  reason: string | null,
  obligations = NO_OBLIGATIONS,
  kind: CauseKind = 'rule',
): Verdict {
  const cause: Cause = { kind, detail: reason ?? undefined, target: undefined };
  return { effect, causes: [cause], rules: [id], findings: NO_FINDINGS, obligations, would: undefined };
}

/** A broken check denies, whatever the rule's effect is: a rule that allows within bounds forbids outside them. At least one finding. */
export function brokenVerdict(id: string, findings: readonly PlacedFinding[]): Verdict {
  const sorted = sortFindings(findings);
  return { ...denied('argument', sorted[0] && sentenceOf(sorted[0]), [id]), findings: sorted };
}

/** It is recorded what was found, and no more. */
export function recordedVerdict(id: string, findings: readonly PlacedFinding[]): Verdict {
  return { ...ruleVerdict(id, 'Log', null, NO_OBLIGATIONS), findings: sortFindings(findings) };
}

/** The same where it is no detector that says so. */
export function violationVerdict(id: string, sentence: string): Verdict {
  return denied('argument', sentence, [id]);
}

/** On what a server says of what it offers. At least one finding, sorted. */
export function definitionVerdict(id: string, effect: 'Log' | 'Deny', findings: readonly PlacedFinding[]): Verdict {
  return { ...denied('definition', findings[0]?.message, [id]), effect, findings };
}

/** What came before stands against it, as the sentence says, which ends with a full stop. */
export function historyVerdict(id: string, effect: Effect, sentence: string, obligations = NO_OBLIGATIONS): Verdict {
  return ruleVerdict(id, effect, sentence, obligations, 'history');
}

function denied(kind: CauseKind, detail: string | undefined, rules = NO_RULES): Verdict {
  return {
    effect: 'Deny',
    causes: [{ kind, detail, target: undefined }],
    rules,
    findings: NO_FINDINGS,
    obligations: NO_OBLIGATIONS,
    would: undefined,
  };
}

/** The verdict on one of several targets, by which it can be told apart. */
export function about(target: Target, verdict: Verdict): Verdict {
  return { ...verdict, causes: verdict.causes.map((cause) => ({ ...cause, target })) };
}
