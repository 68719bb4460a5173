/**
 * What a server without sessions gives out to be brought back: the state of a call that waits for input, answers to what it asked,
 * and tasks (MCP 2026-07-28, Multi Round-Trip Requests; extension io.modelcontextprotocol/tasks).
 */
import type { ClientRequestKind } from '../../client-request.ts';
import { fold } from '../../fold.ts';
import type { JsonView } from '../../json-view.ts';
import { type JsonObject, isObject } from '../../message.ts';
import { NO_OFFERS, NO_REFERENCES, type Offers, type References } from '../../revision.ts';
import { TASKS_EXTENSION, isTaskId, referenceToTask } from '../tasks.ts';

/** `tasks/list` and `tasks/result` of the revision before are gone. */
const TASK_METHODS = new Set(['tasks/get', 'tasks/update', 'tasks/cancel']);
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const MAX_ANSWERS = 100;
const MAX_TASKS_LISTENED_TO = 1000;

export function readReferences(method: string, params: JsonObject): References | string {
  if (method === 'subscriptions/listen') return tasksListenedTo(params['notifications']);
  const { requestState, inputResponses } = params;
  const isOfTask = TASK_METHODS.has(method);
  // Servers of most languages take null for what is not there.
  if ((requestState ?? inputResponses ?? undefined) === undefined && !isOfTask) return NO_REFERENCES;
  if (requestState !== undefined && requestState !== null && typeof requestState !== 'string')
    return '"requestState" must be a string';
  const answers = kindsOf(inputResponses);
  if (typeof answers === 'string') return answers;
  const task = isOfTask ? referenceToTask(params['taskId']) : NO_REFERENCES;
  if (typeof task === 'string') return task;
  const lacks = isOfTask && !declaresTasks(params) ? { extensions: { [TASKS_EXTENSION]: {} } } : undefined;
  return { requestState: requestState ?? undefined, answers, taskIds: task.taskIds, lacks };
}

/** All of them, whatever kind of result it says to be: a list may carry a state as well, and a task may wait for input. */
export function readOffers(result: JsonView): Offers {
  const isTask = result.has('resultType') && result.string('resultType') === 'task';
  const inputRequests = result.span('inputRequests');
  const requestState = result.span('requestState');
  if (!isTask && inputRequests === undefined && requestState === undefined) return NO_OFFERS;
  return { inputRequests, requestState, taskId: isTask ? result.string('taskId') : undefined };
}

function tasksListenedTo(notifications: unknown): References | string {
  const taskIds = isObject(notifications) ? (notifications['taskIds'] ?? []) : [];
  if (!Array.isArray(taskIds) || taskIds.length > MAX_TASKS_LISTENED_TO || !taskIds.every(isTaskId)) {
    return `"notifications.taskIds" must be a list of at most ${MAX_TASKS_LISTENED_TO} task ids`;
  }
  return { ...NO_REFERENCES, taskIds };
}

export function declaresTasks({ _meta: meta }: JsonObject): boolean {
  const capabilities = isObject(meta) ? meta[CAPABILITIES] : undefined;
  const extensions = isObject(capabilities) ? capabilities['extensions'] : undefined;
  return isObject(extensions) && TASKS_EXTENSION in extensions;
}

function kindsOf(inputResponses: unknown): readonly ClientRequestKind[] | string {
  if (inputResponses === undefined || inputResponses === null) return [];
  if (!isObject(inputResponses)) return '"inputResponses" must be an object';
  const answers = Object.values(inputResponses);
  if (answers.length > MAX_ANSWERS) return `"inputResponses" may have at most ${MAX_ANSWERS} members`;
  return [...new Set(answers.flatMap(kindsOfOne))];
}

/** What policies decide on answers of a shape that nobody knows: servers ignore them, or know better. */
const ANY_KIND: readonly ClientRequestKind[] = ['elicitation', 'sampling', 'roots'];

/** Only its shape tells which request it answers: the request was another HTTP exchange. */
function kindsOfOne(answer: unknown): readonly ClientRequestKind[] {
  // No result of anything; the server says so better.
  if (!isObject(answer)) return [];
  // Folded: content under another spelling is content to a server that folds case.
  const has = new Set(Object.keys(answer).map(fold));
  const kinds: ClientRequestKind[] = [];
  if (has.has('roots')) kinds.push('roots');
  if (has.has('role') || has.has('model') || (has.has('content') && !has.has('action'))) kinds.push('sampling');
  // Without content it declines, or says that a page was opened: nothing of the client's is in it.
  if (has.has('action') && has.has('content')) kinds.push('elicitation');
  return kinds.length > 0 || has.has('action') ? kinds : ANY_KIND;
}
