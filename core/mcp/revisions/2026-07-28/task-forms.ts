/** Extension io.modelcontextprotocol/tasks: the server alone decides what becomes a task, for clients that say with the call that they take one. */
import type { JsonObject } from '../../message.ts';
import { type TaskForms, type TaskState, withMember } from '../../task-forms.ts';
import { declaresTasks } from './handles.ts';

const ACKNOWLEDGED = '{"resultType":"complete"}';

export const TASK_FORMS: TaskForms = {
  takesTask: (method, params) => method === 'tools/call' && declaresTasks(params),
  created: (task) => ({ resultType: 'task', ...membersOf(task) }),
  told(method, task) {
    if (method !== 'tasks/get') return { result: ACKNOWLEDGED };
    const about = JSON.stringify({ resultType: 'complete', ...membersOf(task) });
    const { outcome } = task;
    if (outcome === undefined) return { result: about };
    const [key, json] = 'error' in outcome ? ['error', outcome.error] : ['result', outcome.result];
    return { result: withMember(about, key, json) };
  },
};

function membersOf({
  taskId,
  status,
  statusMessage,
  createdAt,
  lastUpdatedAt,
  ttlMs,
  pollIntervalMs,
}: TaskState): JsonObject {
  return {
    ...{ taskId, status, ...(statusMessage !== undefined && { statusMessage }) },
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(lastUpdatedAt).toISOString(),
    ...{ ttlMs, pollIntervalMs },
  };
}
