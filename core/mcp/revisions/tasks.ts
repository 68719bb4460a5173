/** What the revisions that have tasks share. */
import { NO_REFERENCES, type References } from '../revision.ts';

/** In `_meta`, with the id: to which task a message belongs (MCP 2025-11-25, Tasks). */
export const RELATED_TASK = 'io.modelcontextprotocol/related-task';

/** Since 2026-07-28 tasks are an extension. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';

const MAX_TASK_ID_LENGTH = 1024;

export function referenceToTask(taskId: unknown): References | string {
  return isTaskId(taskId)
    ? { ...NO_REFERENCES, taskIds: [taskId] }
    : `"taskId" must be a string of at most ${MAX_TASK_ID_LENGTH} characters`;
}

export function isTaskId(taskId: unknown): taskId is string {
  return typeof taskId === 'string' && taskId.length <= MAX_TASK_ID_LENGTH;
}
