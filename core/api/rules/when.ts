/** Conditions of rules: CEL, checked here by the parser and the type checker that compile it. */
import * as z from 'zod';
import { isMistake, MAX_TEXT, parseCondition } from '../../conditions/parse.ts';
import { type Subject, variablesOf } from '../../conditions/variables.ts';

const AGAINST =
  'One that cannot be evaluated for a call counts against the caller: a rule that forbids or holds applies, one that allows does not.';

/** `what`: the rule applies only to them. `consequence`: where it differs from that of other rules. */
export function whenSchema(subject: Subject, what: string, consequence = AGAINST) {
  return z
    .string()
    .min(1)
    .max(MAX_TEXT)
    .superRefine((text, ctx) => {
      const parsed = text === '' || text.length > MAX_TEXT ? undefined : parseCondition(text, subject);
      if (parsed === undefined || !isMistake(parsed)) return;
      // The first semicolon separates the mend.
      ctx.addIssue({ code: 'custom', message: `${parsed.problem.replaceAll(';', ',')}; ${parsed.mend}` });
    })
    .describe(
      `Condition in CEL; the rule applies only to ${what} for which it is true. It reads ${variablesOf(subject).join(', ')}. ${consequence} At most ${MAX_TEXT} characters. Default: always.`,
    );
}
