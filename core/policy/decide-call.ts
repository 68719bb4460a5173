/** All that a policy says of a call before it is sent, in one piece: for tests of policies and for people, who have no gate at hand. */
import { prepareSchema } from '../inspect/input-schema/prepare.ts';
import { heldAgainst } from './by-schema.ts';
import type { Context } from './context.ts';
import { decideSent } from './decide-sent.ts';
import { Inspection, UNTIMED } from './inspection.ts';
import type { Policy } from './policy.ts';
import { strictestOf } from './strictest.ts';
import type { Verdict } from './verdict.ts';

/**
 * By the rules for what it names, by detectors, by the schema of the tool where it is given, and by what its arguments hold, as a client
 * would write them.
 */
export function decideCall(policy: Policy, context: Context, inputSchema?: unknown): Verdict {
  const [target] = context.targets;
  const bytes = target?.args === undefined ? undefined : Buffer.from(JSON.stringify(target.args));
  const verdict = held(policy, context, decideSent(policy, context, bytes), inputSchema);
  if (verdict.effect === 'Deny' || target === undefined || bytes === undefined) return verdict;
  const found = policy.content('arguments').of(target.name)?.judge(bytes, { start: 0, end: bytes.length });
  return found === undefined ? verdict : strictestOf([verdict, found.verdict]);
}

function held({ inputSchemas }: Policy, { targets, inspection }: Context, named: Verdict, schema: unknown): Verdict {
  const args = targets[0]?.args;
  if (named.effect === 'Deny' || schema === undefined || inputSchemas.length === 0 || args === undefined) return named;
  const looked = inspection ?? new Inspection(UNTIMED);
  return heldAgainst(prepareSchema(schema), args, inputSchemas, named, looked) ?? named;
}
