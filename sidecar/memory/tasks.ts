/** Tasks that servers began, and for whom: a task id is a capability, good only for the principal that it was given to. */
import type { Principal } from '../../core/policy/principal.ts';
import { ByOwner } from './by-owner.ts';

/** Per principal. */
const MAX_TASKS = 10_000;

export class TaskTable {
  readonly #tasks = new ByOwner<true>(MAX_TASKS);

  begun(taskId: string, principal: Principal): void {
    this.#tasks.set(taskId, principal, true);
  }

  isOf(taskId: string, principal: Principal): boolean {
    return this.#tasks.get(taskId, principal) === true;
  }
}
