/** All that a policy says of a call before it is sent, in one piece: for tests of policies and for people, who have no gate at hand. */
import type { Context } from './context.ts';
import { decide } from './decide.ts';
import type { Policy } from './policy.ts';
import { strictestOf } from './strictest.ts';
import type { Verdict } from './verdict.ts';

/** By the rules for what it names, by detectors, and by what its arguments hold, as a client would write them. */
export function decideCall(policy: Policy, context: Context): Verdict {
  const verdict = decide(policy, context);
  const [target] = context.targets;
  if (verdict.effect === 'Deny' || target?.args === undefined) return verdict;
  const bytes = Buffer.from(JSON.stringify(target.args));
  const found = policy.content('arguments').of(target.name)?.judge(bytes, { start: 0, end: bytes.length });
  return found === undefined ? verdict : strictestOf([verdict, found.verdict]);
}
