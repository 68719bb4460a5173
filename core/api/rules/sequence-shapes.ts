/** Which fields of a sequence go together: a rule says one thing, and all of it. */
import type * as z from 'zod';
import type { CelRule } from '../kubernetes.ts';

/** The field by which it is told what a sequence says. */
const KIND_FIELDS = ['require', 'after', 'count', 'order'] as const;

const ONE_KIND = 'says nothing, or several things; write exactly one of `require`, `after`, `count` and `order`';

/** `field` is of no use without `other`, or says something only beside it. */
const TOGETHER = [
  ['require', 'before', 'has no `before`; write which calls need it, for example `before: {tools: [send]}`'],
  [
    'before',
    'require',
    'has no `require`; write what has to come first, for example `require: {tools: [create_draft]}`',
  ],
  ['after', 'forbid', 'has no `forbid`; write what must not follow, for example `forbid: {labels: [external-sink]}`'],
  ['forbid', 'after', 'has no `after`; write after what, or deny the calls by a rule on tools'],
  ['uses', 'require', 'goes with `require` alone; remove it'],
  ['match', 'require', 'goes with `require` alone; remove it'],
  ['followedBy', 'after', 'goes with `after` alone; remove it'],
] as const;

const NO_WITHIN = 'is missing; write for how long the earlier call counts, for example 30m';
const TWO_WITHIN = 'stands beside count, which has its own; remove it';

export function checkWords(said: { readonly [field: string]: unknown }, ctx: z.RefinementCtx): void {
  const has = (field: string): boolean => said[field] !== undefined;
  const say = (message: string, ...path: string[]): void => ctx.addIssue({ code: 'custom', path, message });
  if (KIND_FIELDS.filter(has).length !== 1) say(ONE_KIND);
  for (const [field, other, message] of TOGETHER) if (has(field) && !has(other)) say(message, field);
  if (has('count') && has('within')) say(TWO_WITHIN, 'within');
  if (!has('count') && !has('within')) say(NO_WITHIN, 'within');
}

/** The same for an API server. */
export const WORDS: readonly CelRule[] = [
  {
    rule: `[${KIND_FIELDS.map((field) => `has(self.${field})`).join(', ')}].filter(one, one).size() == 1`,
    message: ONE_KIND,
  },
  ...TOGETHER.map(([field, other, message]) => ({
    rule: `!has(self.${field}) || has(self.${other})`,
    message: `${field} ${message}`,
  })),
  { rule: '!has(self.count) || !has(self.within)', message: `within ${TWO_WITHIN}` },
  { rule: 'has(self.count) || has(self.within)', message: `within ${NO_WITHIN}` },
];
