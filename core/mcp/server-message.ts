/**
 * One JSON-RPC message of a server, read as far as the gate has to know it and no further: results of any size pass as bytes.
 * Looser than what clients may send: members that nobody knows pass, and errors without an id, which real servers send.
 */
import { fold } from './fold.ts';
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
  | { readonly kind: 'notification'; readonly method: string; readonly params: JsonObject }
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
  ...['resultType', 'inputRequests', 'requestState'],
] as const;

const ENVELOPE_FOLDED = foldedIndex(ENVELOPE_KEYS);
const PARAMS_FOLDED = foldedIndex(PARAMS_KEYS);
const RESULT_FOLDED = new Map(RESULT_KEYS.map((key) => [fold(key), key]));
const NO_PARAMS: JsonObject = Object.freeze({});

/** What a server asks is read by people, and what it tells is small; only results are large. */
const MAX_PARAMS_BYTES = 4 * 1024 * 1024;

/** The message, or what is wrong with it. */
export function readServerMessage(bytes: Buffer, span?: Span): ServerMessage | string {
  const message = JsonView.of(bytes, span);
  if (message === undefined) return 'it is no JSON object, or one with the same member twice';
  const misspelled = message.misspelled(ENVELOPE_FOLDED);
  if (misspelled !== undefined) return `its member ${JSON.stringify(misspelled)} is misspelled`;
  if (message.has('method')) return readCall(message);
  if (message.has('result') === message.has('error')) return 'it has neither "method" nor one of "result" and "error"';
  return readResponse(message);
}

/** The messages of a list of them; undefined when the text is no list. Only 2025-03-26 knows those. */
export function messagesIn(bytes: Buffer): Span[] | undefined {
  return bytes.length > 0 && bytes[0] !== 0x7b ? elementsOf(bytes) : undefined;
}

function readCall(message: JsonView): ServerMessage | string {
  const method = message.string('method');
  if (method === undefined || message.has('result') || message.has('error'))
    return 'its "method" is no string, or not alone';
  const params = readParams(message);
  if (typeof params === 'string') return params;
  if (!message.has('id')) return { kind: 'notification', method, params };
  const id = message.value('id');
  return isMessageId(id) ? { kind: 'request', id, method, params } : 'its "id" is no string and no integer';
}

function readParams(message: JsonView): JsonObject | string {
  const span = message.span('params');
  if (span === undefined) return NO_PARAMS;
  if (span.end - span.start > MAX_PARAMS_BYTES) return `its "params" are larger than ${MAX_PARAMS_BYTES} bytes`;
  const params = message.value('params') ?? NO_PARAMS;
  if (params === NO_PARAMS) return params as JsonObject;
  if (!isObject(params) || message.view('params') === undefined)
    return 'its "params" are no object, or one with the same member twice';
  return findMisspelled(params, PARAMS_FOLDED) ?? params;
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
  return { kind: 'response', id, result, error: message.view('error') };
}
