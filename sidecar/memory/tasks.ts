/** Tasks that servers began, and for whom: a task id is a capability, good only for the principal that it was given to. */
import type { Principal } from '../../core/policy/principal.ts';
import { ByOwner } from './by-owner.ts';
import type { Past } from './history/past.ts';

/** Per principal. */
const MAX_TASKS = 10_000;

interface Begun {
  /** Whose call began it. Undefined: of no tool. */
  readonly tool: string | undefined;
  /** What its result adds to; undefined: nothing. */
  readonly past: Past | undefined;
}

export class TaskTable {
  readonly #tasks = new ByOwner<Begun>(MAX_TASKS);

  begun(taskId: string, principal: Principal, tool: string | undefined, past?: Past): void {
    this.#tasks.set(taskId, principal, { tool, past });
  }

  isOf(taskId: string, principal: Principal): boolean {
    return this.#tasks.get(taskId, principal) !== undefined;
  }

  pastOf(taskId: string, principal: Principal): Past | undefined {
    return this.#tasks.get(taskId, principal)?.past;
  }

  /** The tool that has begun it; undefined where it is not of this principal, too. */
  toolOf(taskId: string, principal: Principal): string | undefined {
    return this.#tasks.get(taskId, principal)?.tool;
  }
}
