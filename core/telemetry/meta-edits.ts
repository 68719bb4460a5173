/**
 * The trace context in `_meta` of a request (MCP 2026-07-28, basic/index: `traceparent` and `tracestate` are reserved there): servers that
 * know MCP look for their parent in it, and over a pipe there is no other place. Everything else stays the bytes it was.
 */
import type { Edit, JsonView } from '../mcp/json-view.ts';

const OPEN_BRACE = 0x7b;

/** What has to change in a message, in the order of its text; nothing where `params` or `_meta` are no objects. */
export function traceEdits(message: JsonView, traceparent: string, tracestate: string | undefined): Edit[] {
  const fields = [member('traceparent', traceparent), ...(tracestate ? [member('tracestate', tracestate)] : [])];
  const meta = `"_meta":{${fields.join(',')}}`;
  if (!message.has('params')) return [insertAt(message, `"params":{${meta}}`)];
  const params = message.view('params');
  if (params === undefined) return [];
  if (!params.has('_meta')) return [insertAt(params, meta)];
  const inside = params.view('_meta');
  return inside === undefined ? [] : editsIn(inside, traceparent, tracestate);
}

function editsIn(meta: JsonView, traceparent: string, tracestate: string | undefined): Edit[] {
  const inserted: string[] = [];
  const replaced: Edit[] = [];
  set('traceparent', traceparent);
  // One without the other would be of another trace; empty, it says nothing (W3C Trace Context §3.3.1).
  if (tracestate !== undefined || meta.has('tracestate')) set('tracestate', tracestate ?? '');
  if (inserted.length > 0) replaced.push(insertAt(meta, inserted.join(',')));
  return replaced.sort((a, b) => a.span.start - b.span.start);

  function set(key: string, value: string): void {
    const span = meta.span(key);
    if (span === undefined) inserted.push(member(key, value));
    else replaced.push({ span, text: JSON.stringify(value) });
  }
}

function insertAt(object: JsonView, text: string): Edit {
  const { bytes, start, keys } = object;
  if (bytes[start] !== OPEN_BRACE) throw new Error('an object begins with its brace');
  const at = start + 1;
  return { span: { start: at, end: at }, text: keys.length === 0 ? text : `${text},` };
}

function member(key: string, value: string): string {
  return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
}
