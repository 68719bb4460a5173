/** The JSON-RPC 2.0 envelope, read strictly: one object, known members only, spelled exactly. */
import { fold, knownAs } from './fold.ts';
import { type Refusal, refuse } from './refusals.ts';
import { ResponseView } from './response-view.ts';

export type MessageId = string | number;
export type JsonObject = { readonly [key: string]: unknown };

export type Message =
  | { readonly kind: 'request'; readonly id: MessageId; readonly method: string; readonly params: JsonObject }
  | { readonly kind: 'notification'; readonly method: string; readonly params: JsonObject }
  | {
      readonly kind: 'response';
      readonly id: MessageId;
      readonly failed: boolean;
      /** Undefined of what the gate says itself. */
      readonly view: ResponseView | undefined;
    };

export const ENVELOPE_KEYS = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'] as const;

/** Every member of `params` that some revision gives a meaning; another spelling of one of these is an attack or a bug. */
export const PARAMS_KEYS = [
  ...['name', 'uri', 'arguments', '_meta', 'cursor', 'ref', 'argument', 'context', 'level', 'task', 'taskId'],
  ...['inputResponses', 'requestState', 'requestId', 'reason', 'notifications', 'progressToken', 'progress'],
  ...['mode', 'url', 'elicitationId'],
  ...['protocolVersion', 'capabilities', 'clientInfo'],
] as const;

const ENVELOPE_FOLDED = foldedIndex(ENVELOPE_KEYS);
const PARAMS_FOLDED = foldedIndex(PARAMS_KEYS);
const NO_PARAMS: JsonObject = Object.freeze({});
const MAX_METHOD_LENGTH = 128;
const MAX_ID_LENGTH = 256;

/** Reads a parsed JSON value as one JSON-RPC message; `bytes` are the text that it was parsed from. */
export function readMessage(value: unknown, bytes: Buffer): Message | Refusal {
  if (!isObject(value)) return refuse('not-a-message', 'a JSON-RPC message is an object');
  const misspelled = findMisspelled(value, ENVELOPE_FOLDED);
  if (misspelled !== undefined) return refuse('misspelled-key', misspelled);
  for (const key of Object.keys(value)) {
    if (!(ENVELOPE_KEYS as readonly string[]).includes(key)) {
      return refuse('not-a-message', `${JSON.stringify(key)} is not a member of a JSON-RPC message`);
    }
  }
  if (value['jsonrpc'] !== '2.0') return refuse('not-a-message', '"jsonrpc" must be "2.0"');
  return 'method' in value ? readCall(value, value['method']) : readResponse(value, bytes);
}

function readCall(value: JsonObject, method: unknown): Message | Refusal {
  if (typeof method !== 'string' || method.length === 0 || method.length > MAX_METHOD_LENGTH) {
    return refuse('not-a-message', '"method" must be a string of 1 to 128 characters');
  }
  if ('result' in value || 'error' in value) {
    return refuse('not-a-message', 'a message has either a "method" or a "result" or an "error"');
  }
  const params = value['params'] ?? NO_PARAMS;
  if (!isObject(params)) return refuse('not-a-message', '"params" must be an object');
  const misspelled = findMisspelled(params, PARAMS_FOLDED);
  if (misspelled !== undefined) return refuse('misspelled-key', misspelled);
  if (!('id' in value)) return { kind: 'notification', method, params };
  const id = value['id'];
  if (!isMessageId(id)) return refuse('not-a-message', '"id" must be a string or an integer');
  return { kind: 'request', id, method, params };
}

function readResponse(value: JsonObject, bytes: Buffer): Message | Refusal {
  const failed = 'error' in value;
  if (failed === 'result' in value || 'params' in value) {
    return refuse('not-a-message', 'a message has exactly one of "method", "result" and "error"');
  }
  const id = value['id'];
  if (!isMessageId(id)) return refuse('not-a-message', '"id" must be a string or an integer');
  return { kind: 'response', id, failed, view: new ResponseView(bytes) };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isMessageId(value: unknown): value is MessageId {
  return typeof value === 'string' ? value.length <= MAX_ID_LENGTH : Number.isSafeInteger(value);
}

export function foldedIndex(keys: readonly string[]): ReadonlyMap<string, string> {
  return new Map(keys.map((key) => [fold(key), key]));
}

/** A key that some decoder would take for a known one, but that is not spelled like it. */
export function findMisspelled(object: JsonObject, known: ReadonlyMap<string, string>): string | undefined {
  for (const key of Object.keys(object)) {
    const exact = knownAs(known, key);
    if (exact !== undefined && exact !== key) return `${JSON.stringify(key)} must be spelled "${exact}"`;
  }
  return undefined;
}
