/** decide, of a call whose arguments are at hand as they were sent: how large they may be is asked before anything looks into them. */
import type { Context } from './context.ts';
import { decide } from './decide.ts';
import type { Policy } from './policy.ts';
import { strictestOf } from './strictest.ts';
import type { Verdict } from './verdict.ts';

/** `sent`: bytes of the arguments; undefined where there are none. */
export function decideSent(policy: Policy, context: Context, sent: Buffer | undefined): Verdict {
  const limited = sent === undefined ? undefined : policy.argumentLimits?.judge(sent);
  if (limited === undefined) return decide(policy, context);
  if (limited.effect !== 'Deny') return strictestOf([decide(policy, context), limited]);
  // What they hold changes nothing any more, and could take all that a request may take.
  const named = decide(policy, {
    ...context,
    targets: context.targets.map((target) => ({ ...target, args: undefined })),
  });
  // To split a call that no rule allows would be bad advice.
  return named.effect === 'Deny' ? named : strictestOf([named, limited]);
}
