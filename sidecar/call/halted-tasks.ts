/**
 * What a halted tool has begun and still has to say: of its tasks nothing reaches anybody while it is halted. The tasks themselves are the
 * server's, which goes on with them.
 */
import type { JsonView } from '../../core/mcp/json-view.ts';
import { type JsonObject, isObject } from '../../core/mcp/message.ts';
import { RELATED_TASK } from '../../core/mcp/revisions/tasks.ts';
import type { Halt } from '../../core/policy/halts.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { TaskTable } from '../memory/tasks.ts';
import type { PolicySource } from '../policy/source.ts';

interface Parts {
  readonly tasks: Pick<TaskTable, 'toolOf'>;
  readonly policy: Pick<PolicySource, 'current'>;
}

/** As rules name it. */
export function toolTarget(name: string) {
  return { kind: 'tool', name, args: undefined } as const;
}

/** By the policy in force: a stream outlives changes. Undefined: what the tool says may be told. */
export function haltOfTool(tool: string, principal: Principal | undefined, { policy }: Parts): Halt | undefined {
  return policy.current()?.halts?.of(principal, [toolTarget(tool)]);
}

export function haltOfTask(taskId: string, principal: Principal | undefined, gate: Parts): Halt | undefined {
  if (principal === undefined || gate.policy.current()?.halts === undefined) return undefined;
  const tool = gate.tasks.toolOf(taskId, principal);
  return tool === undefined ? undefined : haltOfTool(tool, principal, gate);
}

/** Of a task that a notification is about, or belongs to (MCP 2025-11-25, Tasks, Associating Task-Related Messages). */
export function haltOfNotice(params: JsonView, principal: Principal | undefined, gate: Parts): Halt | undefined {
  if (gate.policy.current()?.halts === undefined) return undefined;
  return haltOfAny(
    [params.string('taskId'), params.view('_meta')?.view(RELATED_TASK)?.string('taskId')],
    principal,
    gate,
  );
}

/** Of the task to which a request of the server's belongs. */
export function haltOfAsk(
  { _meta: meta }: JsonObject,
  principal: Principal | undefined,
  gate: Parts,
): Halt | undefined {
  const related = isObject(meta) ? meta[RELATED_TASK] : undefined;
  return haltOfAny([isObject(related) ? related['taskId'] : undefined], principal, gate);
}

function haltOfAny(taskIds: readonly unknown[], principal: Principal | undefined, gate: Parts): Halt | undefined {
  for (const taskId of taskIds) {
    const halt = typeof taskId === 'string' ? haltOfTask(taskId, principal, gate) : undefined;
    if (halt !== undefined) return halt;
  }
  return undefined;
}
