/** A task belongs to whom it was begun for; last of the list, because one in an answer that is stopped was given to nobody. */
import type { Answer } from '../check.ts';

export function rememberTask({ offers, call, gate }: Answer): undefined {
  if (offers.taskId !== undefined && call.principal !== undefined) gate.tasks.begun(offers.taskId, call.principal);
}
