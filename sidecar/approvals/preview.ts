/** The arguments as an approver sees them: complete, or with a mark that says what is missing. */
import { type JsonObject, isObject } from '../../core/mcp/message.ts';

const MAX_TEXT = 2000;
const MAX_ITEMS = 100;
const MAX_DEPTH = 8;

export function previewOf(params: JsonObject): JsonObject {
  const { _meta, name, uri, arguments: args = {}, ...rest } = params;
  // What goes beside the arguments must not be able to pass for one of them.
  const shown = Object.keys(rest).length === 0 && isObject(args) ? args : { arguments: args, ...rest };
  return shorten(shown, 0) as JsonObject;
}

function shorten(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return value.length <= MAX_TEXT
      ? value
      : `${value.slice(0, MAX_TEXT)}… [${value.length - MAX_TEXT} more characters]`;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[nested too deep to show]';
  if (Array.isArray(value)) {
    const shown = value.slice(0, MAX_ITEMS).map((item) => shorten(item, depth + 1));
    return value.length <= MAX_ITEMS ? shown : [...shown, `[${value.length - MAX_ITEMS} more items]`];
  }
  const entries = Object.entries(value);
  const shown = entries.slice(0, MAX_ITEMS).map(([key, item]) => [key, shorten(item, depth + 1)]);
  if (entries.length > MAX_ITEMS) shown.push(['…', `[${entries.length - MAX_ITEMS} more members]`]);
  return Object.fromEntries(shown);
}
