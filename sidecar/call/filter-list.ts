/** Takes out of a list what its reader may not use. Hiding is a courtesy to the model; each call is decided on again. */
import { LIST_SHAPES, type ListShape } from '../../core/mcp/catalogue.ts';
import { parseLossless } from '../../core/mcp/lossless-json.ts';
import { type JsonObject, isObject } from '../../core/mcp/message.ts';
import { refuse } from '../../core/mcp/refusals.ts';
import type { Revision } from '../../core/mcp/revision.ts';
import { decideTarget } from '../../core/policy/decide.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Principal } from '../../core/policy/principal.ts';
import type { Gate } from '../gate.ts';
import { refusalMessage } from './answer.ts';
import type { Call } from './call.ts';

export interface Reader {
  readonly policy: Policy;
  readonly principal: Principal;
  readonly revision: Revision;
}

/**
 * The message with its lists filtered, as JSON text; undefined when nothing has to change. Throws when it is not JSON.
 * The shape alone says what is a list: on a stream that carries several answers, ids cannot be trusted to.
 */
export function filterLists(json: string, reader: Reader): string | undefined {
  const message = parseLossless(json);
  // 2025-03-26 lets several messages come as one list.
  const filtered = Array.isArray(message) ? filterEach(message, reader) : filterMessage(message, reader);
  return filtered === message ? undefined : JSON.stringify(filtered);
}

function filterEach(messages: readonly unknown[], reader: Reader): readonly unknown[] {
  const filtered = messages.map((message) => filterMessage(message, reader));
  return filtered.some((message, i) => message !== messages[i]) ? filtered : messages;
}

/** The message itself when nothing has to change. */
function filterMessage(message: unknown, reader: Reader): unknown {
  if (!isObject(message) || !isObject(message['result'])) return message;
  let result = message['result'];
  for (const shape of LIST_SHAPES) result = filterList(result, shape, reader);
  return result === message['result'] ? message : { ...message, result };
}

function filterList(result: JsonObject, shape: ListShape, reader: Reader): JsonObject {
  const items = result[shape.items];
  if (!Array.isArray(items)) return result;
  const allowed = items.filter((item: unknown) => isAllowed(item, shape, reader));
  // Even a list from which nothing was taken is this caller's alone: another one's may be shorter.
  const completed = reader.revision.completeFilteredList(result);
  if (allowed.length === items.length) return completed === result ? result : { ...completed };
  return { ...completed, [shape.items]: allowed };
}

function isAllowed(item: unknown, { key, kind }: ListShape, { policy, principal }: Reader): boolean {
  const name = isObject(item) ? item[key] : undefined;
  if (typeof name !== 'string') return false;
  return decideTarget(policy, principal, { kind, name, args: undefined }).effect !== 'Deny';
}

/** The same for the caller of a call; undefined as well when it is not JSON: then no client can read it as a list either. */
export function filterForCaller(json: string, call: Call, gate: Gate): string | undefined {
  const { principal, revision } = call;
  // A stream outlives changes of policy: what is in force now counts.
  const policy = gate.policy.current() ?? call.policy;
  if (policy === undefined || principal === undefined || revision === undefined) return undefined;
  try {
    return filterLists(json, { policy, principal, revision });
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    // Nested too deep to be written again, say: what could not be filtered is not shown.
    return refusalMessage(call, refuse('upstream-invalid', 'its list could not be inspected'));
  }
}
