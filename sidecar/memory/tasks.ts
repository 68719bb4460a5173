/** Tasks that servers began, and for whom: a task id is a capability, good only for the principal that it was given to. */
import type { Principal } from '../../core/policy/principal.ts';
import { ByOwner } from './by-owner.ts';

/** Per principal. */
const MAX_TASKS = 10_000;

interface Begun {
  /** Whose call began it. Undefined: of no tool. */
  readonly tool: string | undefined;
}

export class TaskTable {
  readonly #tasks = new ByOwner<Begun>(MAX_TASKS);

  begun(taskId: string, principal: Principal, tool: string | undefined): void {
    this.#tasks.set(taskId, principal, { tool });
  }

  isOf(taskId: string, principal: Principal): boolean {
    return this.#tasks.get(taskId, principal) !== undefined;
  }

  /** The tool that has begun it; undefined where it is not of this principal, too. */
  toolOf(taskId: string, principal: Principal): string | undefined {
    return this.#tasks.get(taskId, principal)?.tool;
  }
}
