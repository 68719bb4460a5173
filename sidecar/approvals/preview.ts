/** The arguments as an approver sees them: complete, or with a mark that says what is missing. */
import { type JsonObject, isObject } from '../../core/mcp/message.ts';

const MAX_TEXT = 2000;
const MAX_ITEMS = 100;
const MAX_DEPTH = 8;
/** Of all texts and keys together: requests are kept, and nobody reads more. */
const MAX_CHARACTERS = 32_000;

/** `target` is shown beside the preview; a `name` or `uri` that says something else is not. */
export function previewOf(params: JsonObject, target: string): JsonObject {
  const { _meta, arguments: args = {}, ...others } = params;
  const rest = Object.fromEntries(
    Object.entries(others).filter(([key, value]) => !((key === 'name' || key === 'uri') && value === target)),
  );
  // What goes beside the arguments must not be able to pass for one of them.
  const shown = Object.keys(rest).length === 0 && isObject(args) ? args : { arguments: args, ...rest };
  return new Shortener().shorten(shown, 0) as JsonObject;
}

class Shortener {
  #left = MAX_CHARACTERS;

  shorten(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= MAX_DEPTH) return '[nested too deep to show]';
    if (this.#left <= 0) return '[too much to show]';
    if (Array.isArray(value)) {
      const shown = value.slice(0, MAX_ITEMS).map((item) => this.#counted(item, depth));
      return value.length <= MAX_ITEMS ? shown : [...shown, `[${value.length - MAX_ITEMS} more items]`];
    }
    const entries = Object.entries(value);
    const shown = entries.slice(0, MAX_ITEMS).map(([key, item]) => [this.#text(key), this.#counted(item, depth)]);
    if (entries.length > MAX_ITEMS) shown.push(['…', `[${entries.length - MAX_ITEMS} more members]`]);
    return Object.fromEntries(shown);
  }

  /** Numbers and empty objects take room as well. */
  #counted(item: unknown, depth: number): unknown {
    this.#left--;
    return this.shorten(item, depth + 1);
  }

  #text(text: string): string {
    const room = Math.min(MAX_TEXT, Math.max(0, this.#left));
    this.#left -= Math.min(text.length, room);
    return text.length <= room ? text : `${text.slice(0, room)}… [${text.length - room} more characters]`;
  }
}
