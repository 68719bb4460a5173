/**
 * One JSON-RPC message of a server, read as far as the gate has to know it and no further: results of any size pass as bytes.
 * Looser than what clients may send: members that nobody knows pass, and errors without an id, which real servers send.
 */
import { fold } from './fold.ts';
import { isModest } from './json-size.ts';
import { parseJson } from './parse-json.ts';
import { JsonView, type Span, elementsOf } from './json-view.ts';
import {
  ENVELOPE_KEYS,
  type JsonObject,
  type MessageId,
  PARAMS_KEYS,
  findMisspelled,
  foldedIndex,
  isMessageId,
  isObject,
} from './message.ts';

export type ServerMessage =
  | { readonly kind: 'request'; readonly id: MessageId; readonly method: string; readonly params: JsonObject }
  | { readonly kind: 'notification'; readonly method: string; readonly params: JsonView | undefined }
  /** Either `result` or `error`; an error that is no object is neither. */
  | {
      readonly kind: 'response';
      readonly id: MessageId | undefined;
      readonly result: JsonView | undefined;
      readonly error: JsonView | undefined;
    };

/** What a result may have that means something to the gate; another spelling of it would mean it to some clients. */
const RESULT_KEYS = [
  ...['tools', 'prompts', 'resources', 'resourceTemplates', 'tasks', 'task', 'taskId'],
  ...['resultType', 'inputRequests', 'requestState', 'ttlMs', 'cacheScope'],
  ...['protocolVersion', 'capabilities'],
] as const;

const ENVELOPE_FOLDED = foldedIndex(ENVELOPE_KEYS);
const PARAMS_FOLDED = foldedIndex(PARAMS_KEYS);
const RESULT_FOLDED = new Map(RESULT_KEYS.map((key) => [fold(key), key]));
const ERROR_FOLDED = foldedIndex(['code', 'message', 'data']);
const NO_PARAMS: JsonObject = Object.freeze({});

const MAX_READ_AGAIN = 4 * 1024 * 1024;

/** As many as a batch of a client may have. */
const MAX_MESSAGES = 100;

/** The message, or what is wrong with it. */
export function readServerMessage(bytes: Buffer): ServerMessage | string {
  return readServerView(JsonView.of(bytes));
}

/** The same of a text that has been looked into. */
export function readServerView(message: JsonView | undefined): ServerMessage | string {
  if (message === undefined) return 'it is no JSON object, or one with the same member twice';
  const misspelled = message.misspelled(ENVELOPE_FOLDED);
  if (misspelled !== undefined) return `its member ${JSON.stringify(misspelled)} is misspelled`;
  // Without it no official client takes it for a message, whatever else it has (JSON-RPC 2.0, Response object).
  if (message.string('jsonrpc') !== '2.0') return 'it has no "jsonrpc": "2.0"';
  if (message.has('method')) return readCall(message);
  if (message.has('result') === message.has('error')) return 'it has neither "method" nor one of "result" and "error"';
  return readResponse(message);
}

/** The id of what was meant as an answer and cannot be read as one: good enough to say so under it, and for nothing else. */
export function answerIdIn(bytes: Buffer): MessageId | undefined {
  const view = JsonView.of(bytes);
  const id = view === undefined ? idOfBad(bytes) : view.has('method') ? undefined : view.value('id');
  return isMessageId(id) ? id : undefined;
}

/** Of a text with a member twice, say. */
function idOfBad(bytes: Buffer): unknown {
  if (bytes.length > MAX_READ_AGAIN || !isModest(bytes)) return undefined;
  try {
    const message = parseJson(bytes.toString('utf8'));
    return isObject(message) && !('method' in message) ? message['id'] : undefined;
  } catch {
    return undefined;
  }
}

/** The messages of a list of them; undefined when the text is no list, or a very long one. Only 2025-03-26 knows those. */
export function messagesIn(bytes: Buffer): Span[] | undefined {
  return bytes.length > 0 && bytes[0] !== 0x7b ? elementsOf(bytes, MAX_MESSAGES) : undefined;
}

function readCall(message: JsonView): ServerMessage | string {
  if (message.has('result') || message.has('error')) return 'it has a "method", and a "result" or an "error"';
  if (!message.has('id')) return readNotification(message);
  const asked = readServerRequest(message);
  if (typeof asked === 'string') return asked;
  const id = message.value('id');
  return isMessageId(id) ? { kind: 'request', id, ...asked } : 'its "id" is no string and no integer';
}

/** Nothing is asked by it, so its params are only looked into. */
function readNotification(message: JsonView): ServerMessage | string {
  const method = message.string('method');
  if (method === undefined) return 'its "method" is no string';
  if (!message.has('params') || message.isNull('params')) return { kind: 'notification', method, params: undefined };
  const params = message.view('params');
  if (params === undefined) return 'its "params" are no object, or one with the same member twice';
  const misspelled = params.misspelled(PARAMS_FOLDED);
  if (misspelled !== undefined) return `in its "params" ${JSON.stringify(misspelled)} is misspelled`;
  return { kind: 'notification', method, params };
}

/** Method and params of a request, which may also stand inside of a result; or what is wrong with them. */
export function readServerRequest(
  request: JsonView,
): { readonly method: string; readonly params: JsonObject } | string {
  const misspelled = request.misspelled(ENVELOPE_FOLDED);
  if (misspelled !== undefined) return `its member ${JSON.stringify(misspelled)} is misspelled`;
  const method = request.string('method');
  if (method === undefined) return 'its "method" is no string';
  const params = readParams(request);
  return typeof params === 'string' ? params : { method, params };
}

function readParams(message: JsonView): JsonObject | string {
  const span = message.span('params');
  if (span === undefined) return NO_PARAMS;
  const params = message.value('params');
  if (params === null) return NO_PARAMS;
  // What some parsers take (NaN, say) and we do not would be decided on as if it were not there.
  if (!isObject(params) || message.view('params') === undefined) {
    return 'its "params" are no object, one with the same member twice, or very large';
  }
  const misspelled = findMisspelled(params, PARAMS_FOLDED);
  return misspelled === undefined ? params : `in its "params" ${misspelled}`;
}

function readResponse(message: JsonView): ServerMessage | string {
  const id = message.value('id') ?? undefined;
  if (id !== undefined && !isMessageId(id)) return 'its "id" is no string and no integer';
  if (id === undefined && message.has('result')) return 'it is a result without an "id"';
  const result = message.view('result');
  if (message.has('result') && result === undefined)
    return 'its "result" is no object, or one with the same member twice';
  const misspelled = result?.misspelled(RESULT_FOLDED);
  if (misspelled !== undefined) return `the member ${JSON.stringify(misspelled)} of its result is misspelled`;
  const error = message.view('error');
  if (message.has('error') && error === undefined) return 'its "error" is no object, or one with the same member twice';
  if (error?.misspelled(ERROR_FOLDED) !== undefined) return 'a member of its "error" is misspelled';
  return { kind: 'response', id, result, error };
}
