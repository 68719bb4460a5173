/** How much a JSON text may hold, counted by its brackets and quotes alone before anything is made of it. */
import { endOfString } from './json-scan.ts';

/** Deeper than any real message, shallow enough for every recursive reader behind us. */
export const MAX_JSON_DEPTH = 64;

/** Many more than any real message has, and few enough to be held: an empty list takes three bytes to send and fifty to keep. */
export const MAX_JSON_VALUES = 250_000;

/** Of one object; as many as are looked at where the text itself is taken apart. */
export const MAX_JSON_MEMBERS = 10_000;

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

/** Instead of a number of members. */
export const TOO_DEEP = -1;
export const TOO_MANY = -2;

/** Members of all objects of the text as written, or one of the two that say why it is not read. Assumes nothing about its grammar. */
export function countMembers(bytes: Buffer): number {
  let members = 0;
  let values = 0;
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    switch (bytes[i]) {
      case QUOTE:
        i = endOfString(bytes, i + 1);
        break;
      case COLON:
        members++;
        break;
      case COMMA:
        if (++values > MAX_JSON_VALUES) return TOO_MANY;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (++depth > MAX_JSON_DEPTH) return TOO_DEEP;
        if (++values > MAX_JSON_VALUES) return TOO_MANY;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--;
        break;
      default:
        break;
    }
  }
  return members;
}

/** Whether a text can be parsed without taking very much more memory than it has bytes, and written again. */
export function isModest(bytes: Buffer): boolean {
  return countMembers(bytes) >= 0;
}
