/** Fourth step: the catalogue says what kind of call it is, policy decides on what the call names. */
import { canonicalJson } from '../../core/canonical-json.ts';
import { hmacSha256Hex } from '../../core/digest.ts';
import { type Refusal, refuse, refuseInWords } from '../../core/mcp/refusals.ts';
import { decide, decideTarget } from '../../core/policy/decide.ts';
import { explainRefusal } from '../../core/policy/explain.ts';
import type { Gate } from '../gate.ts';
import type { Call } from './call.ts';

/** Which entry of its revision's catalogue the message is; what the catalogue does not know goes no further. */
export function consultCatalogue(call: Call): Refusal | undefined {
  const { message, revision } = call;
  if (message === undefined || revision === undefined) return refuse('not-a-message');
  if (message.kind === 'response') return undefined;
  if (message.kind === 'notification') {
    if (revision.notifications.has(message.method)) return undefined;
    // By JSON-RPC a call without an id is a notification, but careless servers run it.
    return revision.requests.has(message.method)
      ? refuse('id-missing', `${message.method} is a request and needs an "id"`)
      : refuse('unknown-notification', message.method);
  }
  call.method = revision.requests.get(message.method);
  if (call.method === undefined) {
    const refusal = refuse('unknown-method', message.method);
    refusal.status = revision.unknownMethodStatus;
    return refusal;
  }
  if (call.method.door !== 'decide') return undefined;
  const targets = call.method.targets(message.params);
  if (typeof targets === 'string') return refuse('bad-params', targets);
  call.targets = targets;
  return undefined;
}

export function decideByPolicy(call: Call, gate: Gate): Refusal | undefined {
  const { policy, principal, targets } = call;
  if (policy === undefined || principal === undefined) return refuse('no-policy');
  const target = targets[0];
  if (target === undefined) return undefined;
  const args = call.message?.kind === 'request' ? call.message.params['arguments'] : undefined;
  if (args !== undefined) call.argumentsHmac = hmacSha256Hex(gate.digestKey, canonicalJson(args));
  const decision = decide(policy, principal, targets);
  call.decision = decision;
  if (decision.effect !== 'Deny') return undefined;
  // Of several the sentence must name the one that is refused.
  const refused = targets.find((one) => decideTarget(policy, principal, one).effect === 'Deny') ?? target;
  return refuseInWords('denied', explainRefusal(decision, refused, principal), {
    rules: decision.rules,
    revision: policy.revision,
  });
}
