/** Fourth step: the catalogue says what kind of call it is, policy decides on what the call names. */
import { canonicalJson } from '../../../core/canonical-json.ts';
import { hmacSha256Hex } from '../../../core/digest.ts';
import { type JsonObject, isMessageId } from '../../../core/mcp/message.ts';
import { isMethodOfMcp } from '../../../core/mcp/revisions/index.ts';
import { type Refusal, refuse, refuseInWords } from '../../../core/mcp/refusals.ts';
import { decide } from '../../../core/policy/decide.ts';
import { explainRefusal } from '../../../core/policy/explain.ts';
import { Inspection } from '../../../core/policy/inspection.ts';
import type { PathParts } from '../parts.ts';
import type { Call } from '../../call/call.ts';

/** Which entry of its revision's catalogue the message is; what the catalogue does not know goes no further. */
export function consultCatalogue(call: Call): Refusal | undefined {
  const { message, revision } = call;
  if (message === undefined || revision === undefined) return refuse('not-a-message');
  if (message.kind === 'response') return undefined;
  if (message.kind === 'notification') {
    if (revision.notifications.has(message.method)) return undefined;
    // By JSON-RPC a call without an id is a notification, but careless servers run it.
    if (revision.requests.has(message.method)) {
      return refuse('id-missing', `${message.method} is a request and needs an "id"`);
    }
    return askRules(call, message.method);
  }
  call.method = revision.requests.get(message.method);
  if (call.method === undefined) return askRules(call, message.method);
  if (call.method.door !== 'decide' && call.method.door !== 'listen') return undefined;
  const targets = call.method.targets(message.params);
  if (typeof targets === 'string') return refuse('bad-params', targets);
  call.targets = targets;
  return undefined;
}

/** Each keeps a connection to the server open. */
const MAX_OPEN_CALLS = 1_000;

/** A rule may name a method that no revision knows; without one it is unknown, which is another answer than denied. */
function askRules(call: Call, method: string): Refusal | undefined {
  if (isMethodOfMcp(method)) return unknownMethod(call, method);
  call.targets = [{ kind: 'method', name: method, args: undefined }];
  return undefined;
}

/** Within a session an id is used once: with two calls of one id open, an answer could be taken for the other's. */
export function claimId(call: Call): Refusal | undefined {
  const { message, conversation, session } = call;
  if (conversation === undefined || message?.kind !== 'request') {
    if (message?.kind === 'notification' && message.method === 'notifications/cancelled')
      takeBack(call, message.params);
    return undefined;
  }
  // Without a session, clients of one name may use the same ids.
  if (session !== undefined && conversation.asked.isOpen(message.id)) {
    return refuse('id-in-use', `the call with id ${JSON.stringify(message.id)} is not answered yet`);
  }
  // Over HTTP+SSE a call is open for longer than its POST.
  if (session !== undefined && Math.max(session.inUse, conversation.asked.size) >= MAX_OPEN_CALLS) {
    return refuse('too-many-calls', `at most ${MAX_OPEN_CALLS} of a session may be open; wait for some of them`);
  }
  call.asked = conversation.asked.claim(message.id);
  if (session !== undefined) {
    session.inUse++;
    call.openIn = session;
  }
  return undefined;
}

function takeBack({ conversation }: Call, { requestId }: JsonObject): void {
  if (isMessageId(requestId)) conversation?.asked.takeBack(requestId);
}

export function decideByPolicy(call: Call, gate: PathParts): Refusal | undefined {
  const { policy, principal, targets } = call;
  if (policy === undefined || principal === undefined) return refuse('no-policy');
  const target = targets[0];
  if (target === undefined) return undefined;
  const args = call.message?.kind === 'request' ? call.message.params['arguments'] : undefined;
  if (args !== undefined) call.argumentsHmac = hmacSha256Hex(gate.digestKey, canonicalJson(args));
  if (policy.isCostly(target.kind)) call.inspection ??= new Inspection(gate.clock);
  const verdict = decide(policy, { principal, targets, inspection: call.inspection });
  call.decision = verdict;
  const cause = verdict.causes[0]?.kind;
  if (target.kind === 'method' && cause === 'no-rule') return unknownMethod(call, target.name);
  if (verdict.effect !== 'Deny') return undefined;
  const words = explainRefusal(verdict, target, principal);
  const reason = cause === 'inspection-budget' ? 'inspection-budget' : 'denied';
  return refuseInWords(reason, words, { rules: verdict.rules, revision: policy.revision });
}

function unknownMethod({ message, revision }: Call, method: string): Refusal {
  const mend = isMethodOfMcp(method)
    ? `revision ${revision?.version ?? ''} does not have it`
    : 'it is in no revision of MCP; a rule of `methods` in a PolicyPack can allow it';
  return refuse(message?.kind === 'notification' ? 'unknown-notification' : 'unknown-method', `${method} (${mend})`);
}
