/**
 * What a call brings back must have been given to whoever brings it: answers to what the server asked, the state of a call that waited
 * for input, ids of tasks (MCP, Security Best Practices, State Handle Hijacking).
 */
import { JsonView, splice } from '../../../core/mcp/json-view.ts';
import { type Refusal, refuse, refuseInWords } from '../../../core/mcp/refusals.ts';
import { decideClientRequest } from '../../../core/policy/decide-client-request.ts';
import { explainClientRequest } from '../../../core/policy/explain.ts';
import type { PathParts } from '../parts.ts';
import { serverOf } from '../../policy/source.ts';
import type { Call } from '../../call/call.ts';

export function checkReferences(call: Call, gate: PathParts): Refusal | undefined {
  const { message, revision, principal, policy } = call;
  if (message === undefined || revision === undefined || principal === undefined) return undefined;
  if (message.kind === 'response') return expectsResponse(call) ? undefined : refuse('unexpected-response');
  if (message.kind === 'notification') return undefined;
  const references = revision.readReferences(message.method, message.params);
  if (typeof references === 'string') return refuse('bad-params', references);
  for (const taskId of references.taskIds) {
    if (gate.tasks.isOf(taskId, principal)) continue;
    const { lacks } = references;
    return lacks === undefined
      ? refuse('task-not-found', JSON.stringify(taskId))
      : refuse('missing-capability', 'declare it in params._meta', { requiredCapabilities: lacks });
  }
  for (const kind of references.answers) {
    if (policy === undefined) return refuse('no-policy');
    // Where the page was, if there was one, is not in the answer: it was decided on when it was shown.
    const request = { kind, url: undefined };
    const decision = decideClientRequest(policy, request);
    if (decision.effect === 'Deny') return refuseInWords('denied', explainClientRequest(decision, request));
  }
  return references.requestState === undefined ? undefined : unseal(call, references.requestState, gate);
}

/** The ids of the server's requests are the server's: a response to none of them is for nobody. */
function expectsResponse({ message, conversation }: Call): boolean {
  return message?.kind === 'response' && conversation?.askedBack.delete(message.id) === true;
}

/** The server gets back what it gave; the seal is the gate's own. */
function unseal(call: Call, sealed: string, gate: PathParts): Refusal | undefined {
  const { body, principal, policy } = call;
  if (body === undefined || principal === undefined || policy === undefined) return refuse('state-not-found');
  const state = gate.seal.open(sealed, principal, serverOf(policy));
  const span = state === undefined ? undefined : JsonView.of(body)?.view('params')?.span('requestState');
  if (state === undefined || span === undefined) {
    return refuse('state-not-found', 'it was not given to you, or was changed; call again without it');
  }
  call.body = splice(body, [{ span, text: JSON.stringify(state) }]);
  return undefined;
}
