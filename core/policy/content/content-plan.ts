/**
 * What is looked for in one message, by all rules that apply to it: each detector once, however many rules ask, and their effects merged
 * by the one law. Made once for each set of rules.
 */
import type { Edit } from '../../mcp/json-view.ts';
import type { Span } from '../../mcp/json-scan.ts';
import { pointerOf } from '../../mcp/text-leaves.ts';
import { type Sought, detectorFor } from '../../inspect/content/detectors.ts';
import type { TextDetector } from '../../inspect/content/text-detector.ts';
import { WITH_HOSTS } from '../../inspect/content/model-text.ts';
import { sentenceOfFound } from '../../inspect/content/sentences.ts';
import { type Redacted, redact } from '../../inspect/content/redact.ts';
import { type Hit, screen } from '../../inspect/content/screen.ts';
import type { Work } from '../../inspect/content/work.ts';
import { GENERIC } from '../../inspect/secrets/secrets.ts';
import { Condition } from '../../conditions/condition.ts';
import { NO_FACTS } from '../../conditions/frame.ts';
import { parseDuration } from '../../duration.ts';
import { DEFAULT_APPROVAL } from '../../api/rules/approval.ts';
import { type PlacedFinding, sortFindings } from '../findings.ts';
import { UNBOUNDED } from '../inspection.ts';
import type { BundleDlp } from '../rules/dlp.ts';
import { Strictest } from '../strictest.ts';
import { NO_OBLIGATIONS, OVER_BUDGET, type Obligations, type Verdict, ruleVerdict } from '../verdict.ts';

/** A rule, and whether it only records. */
export interface ContentRule {
  readonly rule: BundleDlp;
  readonly shadow: boolean;
}

/** What was found, and what is to be done about it. */
export interface ContentVerdict {
  readonly verdict: Verdict;
  /** In the order of the bytes. */
  readonly edits: readonly Edit[];
  readonly redacted: Redacted;
}

const HELD: Obligations = {
  ...NO_OBLIGATIONS,
  approval: { expiresMs: parseDuration(DEFAULT_APPROVAL.expires), holdMs: parseDuration(DEFAULT_APPROVAL.hold) },
};
const NONE: Redacted = new Map();

interface Prepared extends ContentRule {
  /** Which of the detectors it asks, and about which of their finds. */
  readonly asks: ReadonlyMap<number, Asked>;
  readonly when: Condition | null;
}

/** One detector finds all secrets. */
type Asked = 'all' | 'known' | 'generic';

function isAsked(asked: Asked | undefined, { kind }: Hit): boolean {
  return asked !== undefined && (asked === 'all' || (asked === 'generic') === (kind === GENERIC));
}

/** By what they look for. To make one ready can take milliseconds. */
export type Detectors = Map<string, TextDetector>;

export class ContentPlan {
  readonly #detectors: TextDetector[] = [];
  readonly #rules: readonly Prepared[];
  readonly #made: Detectors;

  /** At least one rule. `made`: detectors that other plans have already, which takes the rest. */
  constructor(rules: readonly ContentRule[], made: Detectors = new Map()) {
    this.#made = made;
    const known = new Map<string, number>();
    const detectsGeneric = rules.some(({ rule }) => rule.detect.includes('genericSecrets'));
    this.#rules = rules.map((one) => ({
      ...one,
      asks: this.#asksOf(one.rule, detectsGeneric, known),
      when: one.rule.when === undefined ? null : new Condition(one.rule.when.tree),
    }));
  }

  /**
   * Undefined where nothing was found that any rule asks about. `span`: the value of the message that is looked through. `work`: what that
   * may cost; default: what one message may. `facts`: whose message it is, for conditions; what they cannot tell is no reason to look away.
   */
  judge(
    bytes: Buffer,
    span: Span,
    skip?: ReadonlySet<string>,
    work?: Work,
    facts = NO_FACTS,
  ): ContentVerdict | undefined {
    const { hits, isExhausted } = screen(bytes, span, this.#detectors, skip, work);
    if (hits.length === 0 && !isExhausted) return undefined;
    const [enforced, shadow] = [new Strictest(), new Strictest()];
    const taken = new Set<Hit>();
    // What was found in the name of a member is not repeated by saying where something else stands, or it itself.
    const unsaid = new Set(hits.flatMap(({ leaf }) => (leaf.kind === 'key' ? [leaf.text] : [])));
    for (const rule of this.#rules) {
      if (rule.when?.ask(facts, '', undefined, UNBOUNDED) === false) continue;
      const own = hits.filter((hit) => isAsked(rule.asks.get(hit.by), hit));
      const verdict = isExhausted
        ? overBudget(rule)
        : own.length === 0
          ? undefined
          : this.#verdictOf(rule, own, unsaid);
      if (verdict === undefined) continue;
      (rule.shadow ? shadow : enforced).add(verdict);
      if (!rule.shadow && verdict.effect === 'Redact') for (const hit of own) taken.add(hit);
    }
    const verdict = enforced.verdict() ?? UNTOUCHED;
    const would = shadow.stricterThan(verdict.effect);
    if (verdict === UNTOUCHED && would === undefined) return undefined;
    const { edits, redacted } =
      taken.size === 0
        ? { edits: [], redacted: NONE }
        : redact(
            bytes,
            hits.filter((hit) => taken.has(hit)),
          );
    return { verdict: would === undefined ? verdict : { ...verdict, would }, edits, redacted };
  }

  /** Whether it has to be told whose message it is. */
  get hasConditions(): boolean {
    return this.#rules.some(({ when }) => when !== null);
  }

  #asksOf(
    { detect, hosts, patterns, words }: BundleDlp,
    detectsGeneric: boolean,
    known: Map<string, number>,
  ): ReadonlyMap<number, Asked> {
    const asks = new Map<number, Asked>();
    for (const one of detect) {
      const isSecrets = one === 'secrets' || one === 'genericSecrets';
      const ofHosts = hosts !== undefined && WITH_HOSTS.has(one) ? { hosts } : undefined;
      const by = this.#indexOf({ detect: isSecrets && detectsGeneric ? 'genericSecrets' : one, ...ofHosts }, known);
      const asked = one === 'secrets' ? 'known' : one === 'genericSecrets' ? 'generic' : 'all';
      asks.set(by, asks.has(by) ? 'all' : asked);
    }
    for (const sought of [...patterns, ...words]) asks.set(this.#indexOf(sought, known), 'all');
    return asks;
  }

  #indexOf(sought: Sought, known: Map<string, number>): number {
    const key = JSON.stringify(sought);
    const index = known.get(key);
    if (index !== undefined) return index;
    known.set(key, this.#detectors.length);
    let detector = this.#made.get(key);
    if (detector === undefined) this.#made.set(key, (detector = detectorFor(sought)));
    return this.#detectors.push(detector) - 1;
  }

  #verdictOf({ rule }: ContentRule, hits: readonly Hit[], unsaid: ReadonlySet<string>): Verdict {
    const { id, effect, reason } = rule;
    const findings = sortFindings(hits.map((hit) => this.#finding(rule, hit, unsaid)));
    const [first] = findings;
    const said = ruleVerdict(id, effect, reason, effect === 'RequireApproval' ? HELD : NO_OBLIGATIONS);
    if (effect !== 'Deny' || first === undefined) return { ...said, findings };
    const detail = `at ${JSON.stringify(first.pointer)}: ${first.message}${reason === null ? '' : ` (${reason})`}`;
    return { ...said, findings, causes: [{ kind: 'content', detail, target: undefined }] };
  }

  #finding({ id }: BundleDlp, { by, kind, leaf, span }: Hit, unsaid: ReadonlySet<string>): PlacedFinding {
    const detector = this.#detectors[by]?.family ?? 'patterns';
    return {
      detector,
      reason: kind,
      message: sentenceOfFound(detector, kind),
      span,
      evidence: kind,
      rule: id,
      pointer: pointerOf(leaf, unsaid),
    };
  }
}

/** Adds nothing to any other verdict. */
const UNTOUCHED: Verdict = { ...ruleVerdict('', 'Allow', null), causes: [], rules: [] };

/** Nothing is known of what was not looked at: what would change or refuse a message refuses it then. */
function overBudget({ rule }: ContentRule): Verdict | undefined {
  return rule.effect === 'Log' ? undefined : { ...OVER_BUDGET, rules: [rule.id] };
}
