/**
 * What a call brings back must have been given to whoever brings it: answers to what the server asked, the state of a call that waited
 * for input, ids of tasks (MCP, Security Best Practices, State Handle Hijacking).
 */
import { type Refusal, refuse, refuseInWords } from '../../../core/mcp/refusals.ts';
import type { References } from '../../../core/mcp/revision.ts';
import { decideClientRequest } from '../../../core/policy/decide-client-request.ts';
import { explainClientRequest } from '../../../core/policy/explain.ts';
import type { JudgingMessage } from '../../call/call.ts';
import { haltedRefusal } from '../../call/halted.ts';
import { haltOfTask } from '../../call/halted-tasks.ts';
import { factsOfCall } from '../../call/moment.ts';
import { viewOf } from '../../call/stages.ts';
import { serverOf } from '../../policy/source.ts';
import type { PathParts } from '../parts.ts';

type Parts = Pick<PathParts, 'tasks' | 'seal' | 'clock' | 'policy'>;

/** What takes a task back makes nothing happen. */
const TAKES_BACK = 'tasks/cancel';

export function checkReferences(call: JudgingMessage, gate: Parts): Refusal | undefined {
  const { content, reading } = call;
  const { message } = content;
  // The ids of the server's requests are the server's: a response to none of them is for nobody.
  if (message.kind === 'response' && reading.conversation?.ownRequests.has(message.id) === true) return undefined;
  if (message.kind === 'response')
    return reading.conversation?.askedBack.delete(message.id) === true ? undefined : refuse('unexpected-response');
  if (message.kind === 'notification') return undefined;
  const references = reading.revision.readReferences(message.method, message.params);
  if (typeof references === 'string') return refuse('bad-params', references);
  const refusal = references.taskIds.length === 0 ? undefined : checkTasks(call, message.method, references, gate);
  if (refusal !== undefined) return refusal;
  for (const kind of references.answers) {
    if (reading.policy === undefined) return refuse('no-policy');
    // Where the page was, if there was one, is not in the answer: it was decided on when it was shown.
    const request = { kind, url: undefined };
    const decision = decideClientRequest(reading.policy, request, factsOfCall(call, reading.policy, gate.clock));
    if (decision.effect === 'Deny') return refuseInWords('denied', explainClientRequest(decision, request));
  }
  return references.requestState === undefined ? undefined : unseal(call, references.requestState, gate);
}

function checkTasks(
  { entry, judgement }: JudgingMessage,
  method: string,
  { taskIds, lacks }: References,
  gate: Parts,
): Refusal | undefined {
  const { principal } = entry.proof;
  const foreign = taskIds.find((taskId) => !gate.tasks.isOf(taskId, principal));
  if (foreign !== undefined)
    return lacks === undefined
      ? refuse('task-not-found', JSON.stringify(foreign))
      : refuse('missing-capability', 'declare it in params._meta', { requiredCapabilities: lacks });
  if (method === TAKES_BACK) return undefined;
  // What a subscription hears of is looked at when it is said.
  if (judgement.rule?.door === 'task') {
    judgement.taskTool = gate.tasks.toolOf(taskIds[0] ?? '', principal);
    judgement.taskPast = gate.tasks.pastOf(taskIds[0] ?? '', principal);
  }
  const halt = taskIds.map((taskId) => haltOfTask(taskId, principal, gate)).find((found) => found !== undefined);
  return halt && haltedRefusal(halt);
}

/** The server gets back what it gave; the seal is the gate's own. */
function unseal(call: JudgingMessage, sealed: string, gate: Parts): Refusal | undefined {
  const { content, reading, judgement } = call;
  if (reading.policy === undefined) return refuse('state-not-found');
  const state = gate.seal.open(sealed, call.entry.proof.principal, serverOf(reading.policy));
  const span = state === undefined ? undefined : viewOf(content)?.view('params')?.span('requestState');
  if (state === undefined || span === undefined) {
    return refuse('state-not-found', 'it was not given to you, or was changed; call again without it');
  }
  judgement.edits = [{ span, text: JSON.stringify(state) }];
  return undefined;
}
