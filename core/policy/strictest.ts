/**
 * The one law by which verdicts become one, whatever they come from: rules, ways to read a name, targets. The strictest effect wins,
 * limits take the minimum, what is to be done adds up. Neither the order nor how often something is said means anything.
 */
import { type Effect, isStricter } from './effect.ts';
import { NO_FINDINGS, uniteFindings } from './findings.ts';
import { type ApprovalTerms, termsOfBoth } from './rules/approval.ts';
import { type Cause, CAUSES, NOTHING_TO_DECIDE, type Verdict, type Would } from './verdict.ts';

export function strictestOf(verdicts: Iterable<Verdict>): Verdict {
  const strictest = new Strictest();
  for (const verdict of verdicts) strictest.add(verdict);
  return strictest.verdict() ?? NOTHING_TO_DECIDE;
}

export class Strictest {
  /** Those with the strictest effect. Mostly there is one, which is the verdict then. */
  #first: Verdict | undefined = undefined;
  #more: Verdict[] | undefined = undefined;
  #would: Carriers | undefined = undefined;
  #unchecked = false;
  #findings = NO_FINDINGS;

  add(verdict: Verdict): void {
    const first = this.#first;
    if (verdict === first) return;
    if (verdict.would !== undefined) (this.#would ??= new Carriers()).add(verdict.would);
    if (verdict.obligations.unchecked) this.#unchecked = true;
    if (verdict.findings.length > 0) this.#findings = uniteFindings(this.#findings, verdict.findings);
    if (first === undefined || isStricter(verdict.effect, first.effect)) {
      this.#first = verdict;
      this.#more = undefined;
    } else if (verdict.effect === first.effect) {
      (this.#more ??= []).push(verdict);
    }
  }

  /** Undefined where none was added. */
  verdict(): Verdict | undefined {
    const first = this.#first;
    if (first === undefined) return undefined;
    const would = this.#would?.stricterThan(first.effect);
    if (this.#more !== undefined) return this.#merged(first, this.#more, would);
    const findings = this.#findings;
    const isNew = findings.length > 0 && findings !== first.findings;
    if (!isNew && would === first.would && this.#unchecked === first.obligations.unchecked) return first;
    return { ...first, findings, obligations: { ...first.obligations, unchecked: this.#unchecked }, would };
  }

  /** Where these are in shadow: what they would make of what has this effect. */
  stricterThan(effect: Effect): Would | undefined {
    const verdict = this.#first === undefined || !isStricter(this.#first.effect, effect) ? undefined : this.verdict();
    if (verdict === undefined) return undefined;
    const { effect: strictest, rules, findings } = verdict;
    return { effect: strictest, rules, findings };
  }

  #merged(first: Verdict, more: readonly Verdict[], would: Would | undefined): Verdict {
    let { causes } = first;
    let { approval } = first.obligations;
    for (const { causes: others, obligations } of more) {
      causes = unionOf(causes, others);
      approval = minimumOf(approval, obligations.approval);
    }
    return {
      effect: first.effect,
      causes,
      rules: unitedRules(first, more),
      findings: this.#findings,
      obligations: { approval, unchecked: this.#unchecked },
      would,
    };
  }
}

/** The strictest of some effects, the rules that have it, and what was found for them. */
export class Carriers {
  #effect: Effect = 'Allow';
  /** By identity, and united once at the end: a thousand targets may be decided on by the same thousand rules. */
  readonly #lists = new Set<readonly string[]>();
  #findings = NO_FINDINGS;

  add({ effect, rules, findings }: Would): void {
    if (isStricter(effect, this.#effect)) {
      this.#effect = effect;
      this.#lists.clear();
      this.#findings = NO_FINDINGS;
    } else if (effect !== this.#effect) {
      return;
    }
    this.#lists.add(rules);
    this.#findings = uniteFindings(this.#findings, findings);
  }

  rules(): readonly string[] {
    const [first = [], ...more] = this.#lists;
    return more.length === 0 ? first : united([first, ...more]);
  }

  stricterThan(effect: Effect): Would | undefined {
    if (!isStricter(this.#effect, effect)) return undefined;
    return { effect: this.#effect, rules: this.rules(), findings: this.#findings };
  }
}

/** Of so few, comparing each with each is quicker than any index. */
const FEW = 8;

function unitedRules(first: Verdict, more: readonly Verdict[]): readonly string[] {
  const lists = [first.rules];
  if (more.length < FEW) for (const { rules } of more) lists.push(rules);
  // A thousand targets may be decided on by the same thousand rules.
  else for (const rules of new Set(more.map((verdict) => verdict.rules))) lists.push(rules);
  return united(lists);
}

function united(lists: readonly (readonly string[])[]): readonly string[] {
  const all: string[] = [];
  for (const list of lists) for (const id of list) if (all.length > FEW || !all.includes(id)) all.push(id);
  return all.length > FEW ? [...new Set(all)].sort() : all.sort();
}

/** One of each kind. Of several sentences one is shown; which one must not depend on the order in which they were said. */
function unionOf(a: readonly Cause[], b: readonly Cause[]): readonly Cause[] {
  if (a === b || b.length === 0) return a;
  if (a.length === 0) return b;
  if (a.length === 1 && b.length === 1 && only(a).kind === only(b).kind) return isBefore(only(b), only(a)) ? b : a;
  return CAUSES.flatMap((kind) => {
    const [one, other] = [a, b].map((causes) => causes.find((cause) => cause.kind === kind));
    if (one === undefined || other === undefined) return one ?? other ?? [];
    return isBefore(other, one) ? other : one;
  });
}

function only(causes: readonly Cause[]): Cause {
  return causes[0] as Cause;
}

function isBefore(a: Cause, b: Cause): boolean {
  if (a.detail !== b.detail) return isLess(a.detail, b.detail);
  if (a.target?.name !== b.target?.name) return isLess(a.target?.name, b.target?.name);
  return isLess(a.target?.kind, b.target?.kind);
}

/** What says something comes first. */
function isLess(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && (b === undefined || a < b);
}

function minimumOf(a: ApprovalTerms | undefined, b: ApprovalTerms | undefined): ApprovalTerms | undefined {
  return a === undefined || b === undefined ? (a ?? b) : termsOfBoth(a, b);
}
