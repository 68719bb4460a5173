/**
 * A call that has waited was held against the schema that its tool had then; the server may have listed another one meanwhile, and what
 * a rule took out of the arguments was not in what was looked at. What fits is what the server gets.
 */
import { parseStrictJson } from '../../../core/mcp/json.ts';
import { splice } from '../../../core/mcp/json-view.ts';
import { isObject } from '../../../core/mcp/message.ts';
import type { Refusal } from '../../../core/mcp/refusals.ts';
import { Inspection } from '../../../core/policy/inspection.ts';
import type { JudgedCall } from '../../call/call.ts';
import type { PathParts } from '../parts.ts';
import { asksForSchema, refuseBySchema } from '../refuse-by-schema.ts';

type Parts = Pick<PathParts, 'policy' | 'inputSchemas' | 'clock'>;

export function stillFits(call: JudgedCall, gate: Parts): Refusal | undefined {
  const { judgement, content, entry, course } = call;
  if (!course.hasWaited && judgement.redacted === undefined) return undefined;
  const policy = gate.policy.current() ?? call.policy;
  const [target] = judgement.targets;
  if (policy === undefined || target === undefined || content === undefined || !asksForSchema(policy, target))
    return undefined;
  const body = judgement.edits.length === 0 ? content.body : splice(content.body, judgement.edits);
  const sent = argumentsIn(body, policy.bundle.wire?.keys === 'CaseSensitive');
  const held = { policy, target, sent, before: undefined, principal: entry.proof.principal };
  return refuseBySchema(held, gate.inputSchemas, () => new Inspection(gate.clock)).refusal;
}

/** It was read once already, so that it can be. */
function argumentsIn(body: Buffer, caseSensitiveKeys: boolean): unknown {
  const json = parseStrictJson(body, { caseSensitiveKeys });
  if (!json.ok || !isObject(json.value)) return undefined;
  const { params } = json.value;
  return isObject(params) ? params['arguments'] : undefined;
}
