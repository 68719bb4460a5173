/** The condition of a rule: what a bundle holds of it, and what it comes to at a call. */
import * as z from 'zod';
import { type Expression, isExpression } from '../../conditions/expression.ts';
import type { Failure } from '../../conditions/failure.ts';
import type { Subject } from '../../conditions/variables.ts';
import { sentenceOf, type PlacedFinding } from '../findings.ts';

export const whenSchema = z.strictObject({
  /** As it was written, for people. */
  text: z.string(),
  /** What is evaluated. */
  tree: z.custom<Expression>((value) => isExpression(value)),
});
export type BundleWhen = Readonly<z.infer<typeof whenSchema>>;

/** Handed to whoever compiles packs, so that a gate, which compiles none, has no parser of CEL. */
export type ReadCondition = (text: string, subject: Subject, comesTo?: 'Number') => Expression;

/** Of a rule that only a gate looks at, and of what it says about other things than its condition. */
export const UNREAD: ReadCondition = () => ['value', false];

/** Absent where the rule has none. */
export function compileWhen(
  { when }: { readonly when?: string | undefined },
  subject: Subject,
  read: ReadCondition,
): { when?: BundleWhen } {
  return when === undefined ? {} : { when: { text: when, tree: read(when, subject) } };
}

/** What is recorded of a condition that nobody can say anything of. */
export function failureFinding(rule: string, { reason, message, pointer }: Failure): PlacedFinding {
  return { detector: 'when', reason, message, span: undefined, evidence: '', rule, pointer };
}

/** `argument "amount": It is missing. …`, or the message alone where it is about no argument. */
export function failureSentence({ pointer, message }: Pick<PlacedFinding, 'pointer' | 'message'>): string {
  return pointer === '' ? message : sentenceOf({ pointer, message });
}
