/** MCP 2025-11-25, Tasks: the client asks for one with its call, asks after it, and fetches the result by itself. */
import { JsonView } from '../../json-view.ts';
import type { JsonObject } from '../../message.ts';
import { isObject } from '../../message.ts';
import { type TaskForms, type TaskState, withMember } from '../../task-forms.ts';
import { RELATED_TASK } from '../tasks.ts';

/** Of this revision's examples for what cannot be done with a task. */
const CANCELLED = JSON.stringify({ code: -32602, message: 'The task was cancelled' });

export const TASK_FORMS: TaskForms = {
  takesTask: (method, { task }) => method === 'tools/call' && isObject(task),
  created: (task) => ({ task: membersOf(task) }),
  told(method, task) {
    if (method !== 'tasks/result') return { result: JSON.stringify(membersOf(task)) };
    const { outcome, taskId } = task;
    if (outcome === undefined) return { error: CANCELLED };
    return 'error' in outcome ? outcome : { result: related(outcome.result, taskId) };
  },
};

function membersOf(task: TaskState): JsonObject {
  const { taskId, statusMessage, createdAt, lastUpdatedAt, ttlMs, pollIntervalMs, outcome } = task;
  // A tool that says it failed has failed its task as well (MCP 2025-11-25, Tasks, Task Status).
  const status = outcome !== undefined && 'failed' in outcome && outcome.failed ? 'failed' : task.status;
  return {
    ...{ taskId, status, ...(statusMessage !== undefined && { statusMessage }) },
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(lastUpdatedAt).toISOString(),
    ...{ ttl: ttlMs, pollInterval: pollIntervalMs },
  };
}

/** The result does not name its task by itself (Tasks, Associating Task-Related Messages). */
function related(result: string, taskId: string): string {
  const task = JSON.stringify({ taskId });
  const bytes = Buffer.from(result);
  const meta = JsonView.of(bytes)?.span('_meta');
  const before = meta === undefined ? '{}' : bytes.toString('utf8', meta.start, meta.end);
  return withMember(result, '_meta', withMember(before, RELATED_TASK, task));
}
