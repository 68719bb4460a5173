/** Reading JSON in order to write it again without changing what is not meant to change. */

/** Digits that may not survive a round trip through a double. */
const LONG_OR_SCALED_NUMBER = /[\d.]{16}|\d[eE]/;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
// ECMAScript "JSON.parse source text access"; TypeScript's library does not declare it yet.
const json = JSON as unknown as {
  parse(text: string, reviver?: Reviver): unknown;
  rawJSON(text: string): unknown;
};

/** Like `JSON.parse`, but `JSON.stringify` of the outcome prints every number as it was written. Throws like it. */
export function parseLossless(text: string): unknown {
  if (!LONG_OR_SCALED_NUMBER.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) => {
    if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
    return json.rawJSON(source);
  });
}
