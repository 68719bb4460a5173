/**
 * judgeDefinition(rules, definition) → verdict: whether what a server says of a tool, a prompt, a resource template or itself may be
 * shown, and what it names be called. Every pack judges by what it has accepted itself, and the strictest verdict holds: what one has
 * accepted loosens nothing that another wants.
 */
import type { DefinitionKind } from '../inspect/definitions/definition.ts';
import type { DefinitionFinding } from '../inspect/definitions/inspect-definition.ts';
import type { Bundle } from './bundle.ts';
import { type PlacedFinding, sortFindings } from './findings.ts';
import type { BundleDefinitions } from './rules/definitions.ts';
import { Strictest } from './strictest.ts';
import { definitionVerdict, NOTHING_TO_DECIDE, type Verdict } from './verdict.ts';

/** What is known of a definition, whatever the policy. */
export interface KnownDefinition {
  readonly kind: DefinitionKind;
  /** `sha256:…`; undefined: no list had it so far. */
  readonly digest: string | undefined;
  readonly findings: readonly DefinitionFinding[];
}

/** What is known of a definition besides, where it is pinned: digests. */
export interface Pins {
  /** Of its first use; undefined: this is the first. */
  readonly first: string | undefined;
  /** What a person has accepted outside of packs. */
  readonly accepted: ReadonlySet<string>;
}

interface Rule extends BundleDefinitions {
  readonly isShadow: boolean;
  readonly accepted: ReadonlySet<string>;
}

/** The entries of all packs of a bundle. */
export class DefinitionRules {
  readonly #rules: readonly Rule[];

  constructor({ packs }: Pick<Bundle, 'packs'>) {
    this.#rules = packs.flatMap(({ mode, definitions }) => {
      if (definitions === undefined) return [];
      const isShadow = mode === 'Shadow' || definitions.mode === 'Shadow';
      return [{ ...definitions, isShadow, accepted: new Set(definitions.accept) }];
    });
  }

  /** Nothing is asked of definitions, so that they need not be looked at. */
  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** Some entry compares definitions with what they were. */
  get pins(): boolean {
    return this.#rules.some(({ pin }) => pin !== 'Off');
  }

  /** `NOTHING_TO_DECIDE` where no entry has anything to say. */
  judge(definition: KnownDefinition, pins: Pins = NO_PINS): Verdict {
    const enforced = new Strictest();
    const shadow = new Strictest();
    for (const rule of this.#rules) {
      const verdict = judgeBy(rule, definition, pins);
      if (verdict !== undefined) (rule.isShadow ? shadow : enforced).add(verdict);
    }
    const verdict = enforced.verdict() ?? NOTHING_TO_DECIDE;
    const would = shadow.stricterThan(verdict.effect);
    return would === undefined ? verdict : { ...verdict, would };
  }
}

const NO_PINS: Pins = { first: undefined, accepted: new Set() };

function judgeBy(rule: Rule, { kind, digest, findings }: KnownDefinition, pins: Pins): Verdict | undefined {
  const denied: PlacedFinding[] = [];
  const logged: PlacedFinding[] = [];
  const pin = pinFinding(rule, kind, digest, pins);
  if (pin !== undefined) (rule.onChange === 'Deny' ? denied : logged).push(placed(rule, pin));
  for (const finding of findings) {
    // Which lint a finding is of says its detector; what is none of these is none of ours.
    const effect = (rule.lints as Readonly<Record<string, 'Log' | 'Deny'>>)[finding.detector];
    if (effect !== undefined) (effect === 'Deny' ? denied : logged).push(placed(rule, finding));
  }
  if (denied.length > 0) return definitionVerdict(rule.id, 'Deny', sortFindings(denied));
  return logged.length > 0 ? definitionVerdict(rule.id, 'Log', sortFindings(logged)) : undefined;
}

const PIN_MESSAGES = {
  'not-listed':
    'It has to be accepted, and the server has not listed it here yet. List what the server offers, then call again.',
  'not-accepted':
    'What the server says of it has not been accepted. Do not retry; its definition has to be accepted first.',
  changed:
    'What the server says of it has changed since it was first used here. Do not retry; the change has to be accepted first.',
} as const;

/** A resource is data: nobody could accept what a folder holds. */
function pinFinding(
  { pin, accepted: own }: Rule,
  kind: DefinitionKind,
  digest: string | undefined,
  { first, accepted }: Pins,
): DefinitionFinding | undefined {
  if (pin === 'Off' || kind === 'resource') return undefined;
  if (digest !== undefined && (own.has(digest) || accepted.has(digest))) return undefined;
  // What was never listed has not changed.
  if (pin === 'FirstUse' && (digest === undefined || first === undefined || first === digest)) return undefined;
  const reason = pin === 'FirstUse' ? 'changed' : digest === undefined ? 'not-listed' : 'not-accepted';
  const message = PIN_MESSAGES[reason];
  return { detector: 'pin', reason, message, span: undefined, evidence: digest ?? '', pointer: '' };
}

function placed({ id }: Rule, finding: DefinitionFinding): PlacedFinding {
  return { ...finding, rule: id };
}
