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
  /** What a person was asked about, and did not accept. */
  readonly refused?: ReadonlySet<string>;
  /** Whoever keeps the pins for all gates of the server does not answer: what is first used now they would not know of. */
  readonly isAlone?: boolean;
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
  // Whom a person is asked about is out until the answer: a definition cannot wait as a call does.
  if (pin !== undefined) (rule.onChange === 'Log' ? logged : denied).push(placed(rule, pin));
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
  'not-accepted-waits':
    'What the server says of it has not been accepted, and waits for a person to approve it. Do not retry until somebody has.',
  'changed-waits':
    'What the server says of it has changed since it was first used here, and waits for a person to approve the change. Do not retry until somebody has.',
  refused: 'A person has been asked about what the server says of it, and has not accepted it. Do not retry.',
  'not-told':
    'It is new, and the operator, which keeps for all gates what was first used, does not answer. Call again in a minute.',
} as const;
type PinReason = keyof typeof PIN_MESSAGES;

/** A resource is data: nobody could accept what a folder holds. */
function pinFinding(
  { pin, accepted: own, onChange }: Rule,
  kind: DefinitionKind,
  digest: string | undefined,
  { first, accepted, refused, isAlone = false }: Pins,
): DefinitionFinding | undefined {
  if (pin === 'Off' || kind === 'resource') return undefined;
  if (digest !== undefined && (own.has(digest) || accepted.has(digest))) return undefined;
  const asks = onChange === 'RequireApproval';
  if (digest !== undefined && refused?.has(digest) === true) return pinFindingOf('refused', digest);
  // Where a person is to see every change, no gate begins on its own: another may have seen something else first.
  if (pin === 'FirstUse' && digest !== undefined && first === undefined && asks && isAlone)
    return pinFindingOf('not-told', digest);
  // What was never listed has not changed.
  if (pin === 'FirstUse' && (digest === undefined || first === undefined || first === digest)) return undefined;
  if (digest === undefined) return pinFindingOf('not-listed', digest);
  if (pin === 'FirstUse') return pinFindingOf(asks ? 'changed-waits' : 'changed', digest);
  return pinFindingOf(asks ? 'not-accepted-waits' : 'not-accepted', digest);
}

function pinFindingOf(why: PinReason, digest: string | undefined): DefinitionFinding {
  const message = PIN_MESSAGES[why];
  const reason = why.replace('-waits', '');
  return { detector: 'pin', reason, message, span: undefined, evidence: digest ?? '', pointer: '' };
}

function placed({ id }: Rule, finding: DefinitionFinding): PlacedFinding {
  return { ...finding, rule: id };
}
