/**
 * Whether something a server said is a JSON-RPC message in form. Servers write what is none where messages go (a logger on standard
 * output, a status event), at times with the id of the request they work on; the official clients check the form, pass over what does
 * not have it, and wait for the answer (JSON-RPC 2.0, Response object; `JSONRPCMessageSchema` of the TypeScript SDK, `JSONRPCMessage` of the
 * Python SDK). Whoever took the first thing with the right id for the answer would lose the real one.
 */
import { isModest } from './json-size.ts';
import { parseJson } from './parse-json.ts';
import { JsonView } from './json-view.ts';
import { ENVELOPE_KEYS, type MessageId, foldedIndex, isMessageId, isObject } from './message.ts';

const OPEN_BRACE = 0x7b;
const OBJECT_OR_LIST = /^[ \t\r\n]*(?:[[{]|$)/;
/** Blanks that may stand in front of a message; more of them are there to hide what follows. */
const MAX_BLANKS = 64;
const ENVELOPE_FOLDED = foldedIndex(ENVELOPE_KEYS);
const MAX_READ_AGAIN = 4 * 1024 * 1024;

/** Undefined when every client takes it for a message; otherwise a clause that says why none does. */
export function whyNoMessage(message: JsonView): string | undefined {
  if (message.string('jsonrpc') !== '2.0') return 'it has no "jsonrpc": "2.0"';
  if (message.has('method')) return message.string('method') === undefined ? 'its "method" is no string' : undefined;
  const [hasResult, hasError] = [message.has('result'), message.has('error')];
  if (hasResult && hasError) return 'it has both "result" and "error"';
  if (hasResult) return whyNoResult(message);
  if (hasError) return whyNoError(message);
  return 'it has neither "method" nor "result" nor "error"';
}

/**
 * The id of the call that clients would take this for an answer to, though it cannot be read in one way only; undefined when they
 * would pass over it. Costs a parse: it is for what has been found unreadable.
 */
export function answeredId(bytes: Buffer): MessageId | undefined {
  const message = viewOf(bytes);
  if (message === undefined || message.has('method') || whyNoMessage(message) !== undefined) return undefined;
  const id = message.value('id');
  return isMessageId(id) ? id : undefined;
}

/**
 * Whether an event is nothing to any client: words, or an object that is no message. One that says it is a message, and has a member that only some decoders know (`METHOD`), is
 * something to those.
 */
export function isStray(bytes: Buffer): boolean {
  if (!OBJECT_OR_LIST.test(bytes.toString('latin1', 0, MAX_BLANKS))) return true;
  const view = viewOf(bytes);
  if (view === undefined || whyNoMessage(view) === undefined) return false;
  return view.string('jsonrpc') !== '2.0' || view.misspelled(ENVELOPE_FOLDED) === undefined;
}

/** An object, as those read it that take one of two members of the same name; undefined when it is no JSON object at all. */
export function viewOf(bytes: Buffer): JsonView | undefined {
  const view = JsonView.of(bytes);
  if (view !== undefined || bytes.length > MAX_READ_AGAIN || !isModest(bytes)) return view;
  try {
    const parsed = parseJson(bytes.toString('utf8'));
    return isObject(parsed) ? JsonView.of(Buffer.from(JSON.stringify(parsed))) : undefined;
  } catch {
    return undefined;
  }
}

function whyNoResult(message: JsonView): string | undefined {
  if (!isMessageId(message.value('id'))) return 'it is a result whose "id" is no string and no integer';
  return isObjectAt(message, 'result') ? undefined : 'its "result" is no object';
}

/** An error may be about something whose id could not be read. */
function whyNoError(message: JsonView): string | undefined {
  const id = message.value('id') ?? undefined;
  if (id !== undefined && !isMessageId(id)) return 'its "id" is no string and no integer';
  if (!isObjectAt(message, 'error')) return 'its "error" is no object';
  const error = message.view('error');
  // One that cannot be read in one way only is an error all the same.
  if (error === undefined) return undefined;
  if (!Number.isInteger(error.value('code'))) return 'the "code" of its "error" is no integer';
  return error.string('message') === undefined ? 'the "message" of its "error" is no string' : undefined;
}

function isObjectAt(view: JsonView, key: string): boolean {
  const span = view.span(key);
  return span !== undefined && view.bytes[span.start] === OPEN_BRACE;
}
