/** What has to come before a call and what must not have, as a bundle has it. */
import * as z from 'zod';
import { MODES } from '../../api/modes.ts';
import type { PolicyPack } from '../../api/policy-pack.ts';
import type { Members } from '../../api/rules/members.ts';
import { type SaidSequence, SEQUENCE_ACROSS, SEQUENCE_EFFECTS, SEQUENCE_PER } from '../../api/rules/sequences.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { parseDuration } from '../../duration.ts';
import { approval } from './approval.ts';
import { milliseconds, reason, strings } from './field.ts';
import { principals } from './principals.ts';

const membersSchema = z.strictObject({ tools: strings, labels: strings, resources: strings, prompts: strings });
export type BundleMembers = Readonly<z.infer<typeof membersSchema>>;

const common = {
  /** `namespace/pack#rule`. */
  id: z.string(),
  per: z.enum(SEQUENCE_PER),
  across: z.enum(SEQUENCE_ACROSS),
  principals: principals.schema,
  effect: z.enum(SEQUENCE_EFFECTS),
  /** Of the entry; a pack in shadow has none that acts. */
  mode: z.enum(MODES),
  approval: approval.schema,
  reason: reason.schema,
  withinMs: milliseconds,
};

const matchSchema = z.strictObject({
  /** In the arguments of the second call. */
  argument: z.string(),
  from: z.enum(['result', 'argument']),
  /** There, of the first call. */
  at: z.string(),
});
export type BundleMatch = Readonly<z.infer<typeof matchSchema>>;

export const sequenceRuleSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('require'),
    ...common,
    require: membersSchema,
    before: membersSchema,
    /** Absent: while the time lasts, any number of calls. */
    uses: z.literal(1).exactOptional(),
    match: matchSchema.exactOptional(),
  }),
  /** Forbidden once all of `after` have come, in that order. */
  z.strictObject({
    kind: z.literal('after'),
    ...common,
    after: z.array(membersSchema).readonly(),
    forbid: membersSchema,
  }),
  z.strictObject({ kind: z.literal('count'), ...common, of: membersSchema, moreThan: z.int().min(1) }),
  z.strictObject({ kind: z.literal('order'), ...common, order: z.array(membersSchema).readonly() }),
]);
export type BundleSequence = Readonly<z.infer<typeof sequenceRuleSchema>>;
export type SequenceOf<Kind extends BundleSequence['kind']> = Extract<BundleSequence, { readonly kind: Kind }>;

interface WithSequences {
  readonly sequences?: readonly BundleSequence[];
}

export function compileSequences(pack: string, { sequences = [] }: PolicyPack['spec']): WithSequences {
  if (sequences.length === 0) return {};
  return { sequences: sequences.map((said, place) => ruleOf(said, `${pack}#${said.name ?? `sequences[${place}]`}`)) };
}

/** They only ever restrict, so what either says holds. */
export function sequencesOfBoth(
  newer: readonly BundleSequence[] = [],
  older: readonly BundleSequence[] = [],
): WithSequences {
  const said = new Set(newer.map((rule) => canonicalJson(rule)));
  const sequences = [...newer, ...older.filter((rule) => !said.has(canonicalJson(rule)))];
  return sequences.length === 0 ? {} : { sequences };
}

function ruleOf(said: SaidSequence, id: string): BundleSequence {
  const { per, across, effect, mode = 'Enforce' } = said;
  const withinMs = parseDuration(said.count?.within ?? said.within ?? '0s');
  const rule = {
    ...{ id, per, across, effect, mode, withinMs },
    principals: principals.compile(said),
    approval: approval.compile(said),
    reason: reason.compile(said),
  };
  const { require, before, after, forbid, count, order = [] } = said;
  if (require !== undefined && before !== undefined) {
    const { uses, match } = said;
    return {
      kind: 'require',
      ...rule,
      ...{ require: membersOf(require), before: membersOf(before) },
      ...(uses === undefined ? {} : { uses: 1 as const }),
      ...(match === undefined ? {} : { match: matchOf(match) }),
    };
  }
  if (after !== undefined && forbid !== undefined) {
    return {
      kind: 'after',
      ...rule,
      after: [after, ...(said.followedBy ?? [])].map(membersOf),
      forbid: membersOf(forbid),
    };
  }
  if (count !== undefined) return { kind: 'count', ...rule, of: membersOf(count.of), moreThan: count.moreThan };
  return { kind: 'order', ...rule, order: order.map((tool) => membersOf({ tools: [tool] })) };
}

function membersOf({ tools, labels, resources, prompts }: Members): BundleMembers {
  return { tools: sorted(tools), labels: sorted(labels), resources: sorted(resources), prompts: sorted(prompts) };
}

function sorted(list: readonly string[] = []): string[] {
  return [...new Set(list)].toSorted();
}

function matchOf({ argument, equals }: NonNullable<SaidSequence['match']>): BundleMatch {
  const { result } = equals;
  return result === undefined
    ? { argument, from: 'argument', at: equals.argument ?? '' }
    : { argument, from: 'result', at: result };
}
