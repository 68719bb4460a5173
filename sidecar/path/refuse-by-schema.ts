/** What the schema that a server listed for a tool says of the arguments of a call, and the refusal where that denies it. */
import { isObject } from '../../core/mcp/message.ts';
import { type Refusal, refuseInWords } from '../../core/mcp/refusals.ts';
import { heldAgainst } from '../../core/policy/by-schema.ts';
import { explainRefusal } from '../../core/policy/explain.ts';
import type { Inspection } from '../../core/policy/inspection.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { Target } from '../../core/mcp/catalogue.ts';
import type { InputSchemas } from '../memory/input-schemas.ts';

export interface HeldCall {
  readonly policy: Policy;
  readonly target: Target;
  /** What stands in `params.arguments`, if anything does. */
  readonly sent: unknown;
  /** The verdict on it so far. */
  readonly before: Verdict | undefined;
  readonly principal: Principal;
}

export interface SchemaRuling {
  readonly verdict: Verdict | undefined;
  readonly refusal: Refusal | undefined;
}

/** Whether anything is to be held against it at all. */
export function asksForSchema(policy: Policy | undefined, target: Target | undefined): boolean {
  return policy !== undefined && policy.inputSchemas.length > 0 && target?.kind === 'tool';
}

export function refuseBySchema(
  { policy, target, sent, before, principal }: HeldCall,
  schemas: InputSchemas,
  inspection: () => Inspection,
): SchemaRuling {
  const schema = schemas.of(target.name);
  if (schema === undefined) return { verdict: before, refusal: undefined };
  const verdict = heldAgainst(schema, isObject(sent) ? sent : {}, policy.inputSchemas, before, inspection());
  if (verdict?.effect !== 'Deny') return { verdict, refusal: undefined };
  const words = explainRefusal(verdict, target, principal);
  const reason = verdict.causes[0]?.kind === 'inspection-budget' ? 'inspection-budget' : 'denied';
  return { verdict, refusal: refuseInWords(reason, words, { rules: verdict.rules, revision: policy.revision }) };
}
