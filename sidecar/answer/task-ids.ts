/**
 * Ids of tasks in what a server says: a client without a session gets names in their place that tell any replica which one has the task.
 * In a session that is what the name of the session is for.
 */
import { type Edit, JsonView, elementsOf } from '../../core/mcp/json-view.ts';
import { RELATED_TASK } from '../../core/mcp/revisions/tasks.ts';
import { type JsonObject, isObject } from '../../core/mcp/message.ts';
import type { Pieces } from '../../core/mcp/pieces.ts';
import type { Call } from '../call/call.ts';
import type { AnswerParts } from './parts.ts';
import { withEdits } from './edits.ts';

type Parts = Pick<AnswerParts, 'tasks' | 'handles' | 'heldTasks'>;

const MAX_TASKS_LISTENED_TO = 1000;
const NONE: readonly Edit[] = [];

/** Whether a client may have names of its own for tasks of the server's. */
export function haveOtherNames({ session }: Call, { handles, heldTasks }: Omit<Parts, 'tasks'>): boolean {
  return heldTasks.hasNames || (session === undefined && handles.seals);
}

/** The name that a client has for a task of its own: a call that waited for a person may have been one before the server made it one. */
export function clientsNameOf(
  taskId: string,
  { session, principal }: Call,
  { handles, heldTasks }: Omit<Parts, 'tasks'>,
): string {
  const own = (principal && heldTasks.nameOf(taskId, principal)) ?? taskId;
  return session === undefined && handles.seals ? handles.seal(own, 'task') : own;
}

/** Every id of a task of the client's own, in the `params` or the `result` of a message; one that is not its own is nothing to it. */
export function sealTaskIds(said: JsonView, call: Call, gate: Parts): readonly Edit[] {
  const { principal } = call;
  if (principal === undefined || !haveOtherNames(call, gate)) return NONE;
  const edits: Edit[] = [];
  const sealIn = (holder: JsonView | undefined): void => {
    const [span, taskId] = [holder?.span('taskId'), holder?.string('taskId')];
    if (span === undefined || taskId === undefined || !gate.tasks.isOf(taskId, principal)) return;
    const name = clientsNameOf(taskId, call, gate);
    if (name !== taskId) edits.push({ span, text: JSON.stringify(name) });
  };
  sealIn(said);
  sealIn(said.view('task'));
  sealIn(said.view('_meta')?.view(RELATED_TASK));
  // What a subscription was granted (extension io.modelcontextprotocol/tasks).
  const granted = said.view('notifications');
  const taskIds = granted?.span('taskIds');
  if (granted === undefined || taskIds === undefined) return edits;
  for (const span of elementsOf(granted.bytes, MAX_TASKS_LISTENED_TO, taskIds) ?? []) {
    const taskId: unknown = JSON.parse(granted.bytes.toString('utf8', span.start, span.end));
    if (typeof taskId !== 'string' || !gate.tasks.isOf(taskId, principal)) continue;
    const name = clientsNameOf(taskId, call, gate);
    if (name !== taskId) edits.push({ span, text: JSON.stringify(name) });
  }
  return edits;
}

/** The same of a request of the server's, which may say to which task it belongs (MCP 2025-11-25, Tasks, Associating Task-Related Messages). */
export function sealTaskIdsOf(text: Pieces, { _meta: meta }: JsonObject, call: Call, gate: Parts): readonly Edit[] {
  if (!isObject(meta) || !(RELATED_TASK in meta) || !haveOtherNames(call, gate)) return NONE;
  const params = JsonView.of(text.whole)?.view('params');
  return params === undefined ? NONE : sealTaskIds(params, call, gate);
}

/** Undefined where nothing changes. */
export function withTaskIds(text: Pieces, edits: readonly Edit[]): Buffer | undefined {
  return edits.length === 0 ? undefined : withEdits(text.whole, edits);
}
