/** The body as one message, or a list of them, read in the only way it can be read. */
import { claimsModern } from '../../../core/mcp/classify.ts';
import { type JsonProblem, parseStrictJson } from '../../../core/mcp/json.ts';
import { elementsOf } from '../../../core/mcp/json-view.ts';
import { type Message, isObject, readMessage } from '../../../core/mcp/message.ts';
import { outlineOf } from '../../../core/mcp/outline.ts';
import { Refusal, refuse } from '../../../core/mcp/refusals.ts';
import { parseTraceParent } from '../../../core/telemetry/trace-context.ts';
import type { ReadingCall } from '../../call/call.ts';
import type { Head } from '../../call/stages.ts';

export function readBody(call: ReadingCall): Refusal | undefined {
  const { content, reading } = call;
  if (content === undefined || content.body.length === 0) return refuse('body-missing', 'send one JSON-RPC message');
  const { body } = content;
  // What MCP itself names is spelled exactly all the same: readMessage sees to that.
  const json = parseStrictJson(body, { caseSensitiveKeys: reading.policy?.bundle.wire?.keys === 'CaseSensitive' });
  if (isList(body) && (json.ok || !OF_THE_WHOLE.has(json.problem))) {
    return readBatch(call, body, json.ok ? (json.value as readonly unknown[]) : undefined);
  }
  if (!json.ok) return refuse(json.problem, json.detail);
  const message = readMessage(json.value, body);
  if (message instanceof Refusal) return message;
  content.message = message;
  content.exact = json.exact;
  content.view = json.view;
  reading.head = headOf(message);
  joinTrace(call, message);
  return undefined;
}

/**
 * What a client that knows MCP says in `_meta` goes before what its HTTP library says in a header: that one is the span of sending, or of
 * whatever stands between (OpenTelemetry semantic conventions for MCP, context propagation).
 */
function joinTrace(call: ReadingCall, message: Message): void {
  if (message.kind === 'response') return;
  const { _meta } = message.params;
  if (!isObject(_meta)) return;
  const parent = parseTraceParent(_meta['traceparent'], _meta['tracestate']);
  if (parent !== undefined) call.joins(parent);
}

function headOf(message: Message): Head {
  switch (message.kind) {
    case 'request':
      return { kind: 'request', id: message.id, method: message.method };
    case 'notification':
      return { kind: 'notification', method: message.method };
    case 'response':
      return { kind: 'response', id: message.id };
  }
}

/** What is wrong with a list itself; anything else is wrong with a message in it, and the others have done nothing. */
const OF_THE_WHOLE: ReadonlySet<JsonProblem> = new Set<JsonProblem>(['not-json', 'byte-order-mark', 'too-many-values']);

/** Of a list that is refused, as many are answered one by one. */
const MAX_ANSWERED = 100;

/**
 * Reference servers execute lists on every legacy revision, so a list is never passed on as one: each message in it goes the whole
 * way by itself, or the list is refused. `values` are undefined where strict reading fails: it is each message's own then.
 */
function readBatch(
  { isElement, reading }: ReadingCall,
  body: Buffer,
  values: readonly unknown[] | undefined,
): Refusal | undefined {
  if (isElement) return refuse('batch', 'a list within a list is no message');
  if (values?.length === 0) return refuse('batch', 'an empty list is no message');
  // Before anything is made of them: a small body holds very many.
  const max = reading.policy?.bundle.limits.batch ?? 0;
  reading.batch = elementsOf(body, Math.max(max, MAX_ANSWERED))?.map(({ start, end }) => body.subarray(start, end));
  if (max === 0) return refuse('batch', 'the policy takes none; send each message in a POST of its own');
  if ((values ?? reading.batch ?? []).length > max) {
    return refuse('batch', `at most ${max} messages are taken (limits.batch of the policy)`);
  }
  if (reading.batch === undefined) return refuse('batch', 'it could not be taken apart');
  const isModern = values?.some(claimsModern) ?? reading.batch.some((one) => outlineOf(one).version !== undefined);
  return isModern ? refuse('batch', 'send each message in a POST of its own') : undefined;
}

function isList(body: Buffer): boolean {
  for (const byte of body) {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
    return byte === 0x5b;
  }
  return false;
}
