/**
 * Rules on what a message names. Tools, resources, prompts and methods have one form in a bundle, so that one index and one way of
 * deciding serve all of them; what sets a kind apart stands in the file of the kind.
 */
import * as z from 'zod';
import type { RuleEffect } from '../../api/effects.ts';
import type { Mode } from '../../api/modes.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import type { ruleLists } from '../../api/rules/lists.ts';
import type { TargetKind } from '../../mcp/catalogue.ts';
import type { NameReader } from '../names.ts';
import type { approval } from './approval.ts';
import type { argumentChecks, shadowChecks } from './arguments.ts';
import { reason, strings } from './field.ts';
import { principals } from './principals.ts';
import { compileWhen, type ReadCondition, whenSchema } from './when.ts';

type Spec = PolicyPack['spec'];
type List = keyof typeof ruleLists;
type RuleOf<L extends List> = NonNullable<Spec[L]>[number];

/** What only some kinds can say; the others hold null in its place. */
const NOTHING = { schema: z.null(), compile: () => null } as const;
const NO_FIELD = { schema: z.never().exactOptional(), compile: () => ({}) } as const;

interface Definition<L extends List> {
  readonly target: TargetKind;
  /** Where a pack has them. */
  readonly list: L;
  readonly effects: readonly [RuleEffect, ...RuleEffect[]];
  /** Exact names, or with `*`; URIs also with `**`. */
  readonly patternsOf: (rule: RuleOf<L>) => readonly string[];
  readonly arguments?: typeof argumentChecks;
  readonly shadowArguments?: typeof shadowChecks;
  readonly approval?: typeof approval;
  /** How names of this kind are read. */
  readonly names: NameReader;
}

export function targetRules<const L extends List>(definition: Definition<L>) {
  const { target, list, effects, patternsOf, names } = definition;
  const checks = definition.arguments ?? NOTHING;
  const recorded = definition.shadowArguments ?? NO_FIELD;
  const terms = definition.approval ?? NOTHING;
  const schema = z.strictObject({
    /** `namespace/pack#rule`. */
    id: z.string(),
    target: z.literal(target),
    patterns: strings,
    effect: z.enum(effects),
    principals: principals.schema,
    arguments: checks.schema,
    /** Absent: always. The feature `rules.when`. */
    when: whenSchema.exactOptional(),
    /** What is only recorded. The feature `rules.mode`. */
    shadowArguments: recorded.schema,
    approval: terms.schema,
    reason: reason.schema,
  });
  type Rule = z.infer<typeof schema>;
  /** Of the rules of a pack, those of a mode: ids go by their places among all. */
  const compile = (pack: string, spec: Spec, mode: Mode, read: ReadCondition): Rule[] => {
    const rules: readonly RuleOf<L>[] = spec[list] ?? [];
    return rules.flatMap((rule, position) =>
      (rule.mode ?? 'Enforce') === mode ? compileRule(ruleId(pack, list, rule.name, position), rule, read) : [],
    );
  };
  const compileRule = (id: string, rule: RuleOf<L>, read: ReadCondition): Rule => ({
    id,
    target,
    patterns: patternsOf(rule),
    effect: rule.effect,
    principals: principals.compile(rule),
    arguments: checks.compile(rule),
    ...compileWhen(rule, target, read),
    ...recorded.compile(rule),
    approval: terms.compile(rule),
    reason: reason.compile(rule),
  });
  return { target, list, names, schema, compile };
}

/** `pack`: as namespace/name. A rule without a name goes by its place. */
export function ruleId(pack: string, list: string, name: string | undefined, position: number): string {
  return `${pack}#${name ?? `${list}[${position}]`}`;
}
