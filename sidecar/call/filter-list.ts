/** Takes out of a list what its reader may not use. Hiding is a courtesy to the model; each call is decided on again. */
import { LIST_SHAPES, type ListShape } from '../../core/mcp/catalogue.ts';
import { parseLossless } from '../../core/mcp/lossless-json.ts';
import { type JsonObject, isObject } from '../../core/mcp/message.ts';
import { refuse } from '../../core/mcp/refusals.ts';
import type { Revision } from '../../core/mcp/revision.ts';
import { decideTarget } from '../../core/policy/decide.ts';
import { Inspection, workOfList } from '../../core/policy/inspection.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { Gate } from '../gate.ts';
import { refusalMessage } from './answer.ts';
import type { Call } from './call.ts';

class OverBudget extends Error {
  override readonly name = 'OverBudget';
}

export interface Reader {
  readonly policy: Policy;
  readonly principal: Principal;
  readonly revision: Revision;
  /** For all lists of the message. */
  readonly inspection: Inspection;
  readonly isOwnTask: (taskId: string) => boolean;
}

/**
 * The message with its lists filtered, as JSON text; undefined when nothing has to change. Throws when it is not JSON.
 * The shape alone says what is a list: on a stream that carries several answers, ids cannot be trusted to.
 */
export function filterLists(json: string, reader: Reader): string | undefined {
  const message = parseLossless(json);
  if (!isObject(message) || !isObject(message['result'])) return undefined;
  let result = message['result'];
  for (const shape of LIST_SHAPES) result = filterList(result, shape, reader);
  result = filterTasks(result, reader);
  return result === message['result'] ? undefined : JSON.stringify({ ...message, result });
}

/** A list of tasks is of all that the server has, unless it knows its callers. */
function filterTasks(result: JsonObject, { isOwnTask }: Reader): JsonObject {
  const { tasks } = result;
  if (!Array.isArray(tasks)) return result;
  const own = tasks.filter(
    (task: unknown) => isObject(task) && typeof task['taskId'] === 'string' && isOwnTask(task['taskId']),
  );
  return own.length === tasks.length ? result : { ...result, tasks: own };
}

function filterList(result: JsonObject, shape: ListShape, reader: Reader): JsonObject {
  const items = result[shape.items];
  if (!Array.isArray(items)) return result;
  const allowed = reader.inspection.time(() => items.filter((item: unknown) => isAllowed(item, shape, reader)));
  // Even a list from which nothing was taken is this caller's alone: another one's may be shorter.
  const completed = reader.revision.completeFilteredList(result);
  if (allowed.length === items.length) return completed === result ? result : { ...completed };
  return { ...completed, [shape.items]: allowed };
}

function isAllowed(item: unknown, { key, kind }: ListShape, { policy, principal, inspection }: Reader): boolean {
  const name = isObject(item) ? item[key] : undefined;
  if (typeof name !== 'string') return false;
  const { effect, cause } = decideTarget(policy, principal, { kind, name, args: undefined }, inspection);
  if (cause === 'inspection-budget') throw new OverBudget();
  return effect !== 'Deny';
}

/** The same for the caller of a call. */
export function filterForCaller(json: string, call: Call, gate: Gate): string | undefined {
  const { principal, answeredIn: revision } = call;
  // A stream outlives changes of policy: what is in force now counts.
  const policy = gate.policy.current() ?? call.policy;
  if (policy === undefined || principal === undefined || revision === undefined) return undefined;
  try {
    const inspection = new Inspection(gate.clock, workOfList(json.length));
    const isOwnTask = (taskId: string): boolean => gate.tasks.isOf(taskId, principal);
    return filterLists(json, { policy, principal, revision, inspection, isOwnTask });
  } catch (error) {
    if (error instanceof OverBudget)
      return refusalMessage(
        call,
        refuse('inspection-budget', 'the list is too long to be filtered in the time one gets'),
      );
    // No JSON to us, though maybe to some client, or nested too deep to be written again: what could not be filtered is not shown.
    return refusalMessage(call, refuse('upstream-invalid', 'its list could not be inspected'));
  }
}
