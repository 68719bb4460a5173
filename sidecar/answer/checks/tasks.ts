/** A task belongs to whom it was begun for, and to the gate that it was begun at. */
import type { Answer, Ruling } from '../check.ts';
import { sealTaskIds } from '../task-ids.ts';

/** Behind all that may stop an answer, because a task in one that is stopped was given to nobody. */
export function rememberTask({ offers, terms, call, gate }: Answer): undefined {
  if (offers.taskId === undefined || call.principal === undefined) return;
  terms?.past?.release();
  gate.tasks.begun(offers.taskId, call.principal, terms?.tool, terms?.past);
}

/** Only in answers that are about a task; elsewhere a member of that name is the server's own affair. */
export function sealTasks({ offers, result, terms, call, gate }: Answer): Ruling {
  if (result === undefined || (offers.taskId === undefined && terms?.rule?.door !== 'task')) return undefined;
  const edits = sealTaskIds(result, call, gate);
  return edits.length === 0 ? undefined : { edits };
}
