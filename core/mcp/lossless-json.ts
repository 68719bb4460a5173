/** Reading JSON in order to write it again without changing what is not meant to change. */
import { parseJson } from './parse-json.ts';

/** Digits that may not survive a round trip through a double. */
const LONG_OR_SCALED_NUMBER = /[\d.]{16}|\d[eE]/;

// ECMAScript "JSON.parse source text access"; TypeScript's library does not declare it yet.
const json = JSON as unknown as { rawJSON(text: string): unknown };

/** Like `JSON.parse`, but `JSON.stringify` of the outcome prints every number as it was written. Throws like it. */
export function parseLossless(text: string): unknown {
  return parseJson(text, LONG_OR_SCALED_NUMBER.test(text) ? losslessly : undefined);
}

function losslessly(value: unknown, source: string): unknown {
  return typeof value !== 'number' || String(value) === source ? value : json.rawJSON(source);
}
