/**
 * How large the arguments of a call are: levels, texts, lists, objects and all of them, held against limits in one pass over the bytes.
 * Nothing is made of them but the pointers to what is too large. Assumes that the bytes are strict JSON (core/mcp/json.ts).
 */
import { escapePart } from '../json-pointer.ts';
import { endOfString } from '../mcp/json-scan.ts';
import { MAX_JSON_DEPTH } from '../mcp/json-size.ts';

export const SIZE_REASONS = ['too-deep', 'text-too-long', 'list-too-long', 'too-many-keys', 'too-large'] as const;

/** `Infinity`: there is no such limit. Each at least 1. */
export interface SizeLimits {
  /** Levels of objects and lists; the outermost is the first. */
  readonly maxDepth: number;
  /** Unicode code points of a text or a key. */
  readonly maxLength: number;
  readonly maxItems: number;
  readonly maxProperties: number;
  /** Bytes of all of it. */
  readonly maxSize: number;
}

export const NO_LIMITS: SizeLimits = {
  ...{ maxDepth: Infinity, maxLength: Infinity, maxItems: Infinity, maxProperties: Infinity, maxSize: Infinity },
};

export interface Oversize {
  readonly reason: (typeof SIZE_REASONS)[number];
  /** JSON Pointer (RFC 6901), with keys cut at 1,024 bytes; of a key that is too long, to the object that has it. */
  readonly pointer: string;
  /** For a model. */
  readonly message: string;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const SMALL_U = 0x75;

/** Bytes of a key in a pointer; records keep less. */
const MAX_KEY = 1024;

/** Of each open object or list: what it is, how many commas were in it, and where the key of the member in it begins. */
const isObject = new Uint8Array(MAX_JSON_DEPTH);
const commas = new Int32Array(MAX_JSON_DEPTH);
const keys = new Int32Array(MAX_JSON_DEPTH);
const NO_KEY = -1;

/** What is too large, at most `most` of it, in the order in which it ends. `bytes` is one JSON value. */
export function inspectSizes(bytes: Buffer, limits: SizeLimits, most: number): Oversize[] {
  const { maxLength, maxItems, maxProperties, maxSize } = limits;
  const maxDepth = Math.min(limits.maxDepth, MAX_JSON_DEPTH);
  const found: Oversize[] = [];
  if (bytes.length > maxSize) found.push(tooLarge(bytes.length, maxSize));
  let depth = 0;
  // Inside of what is too deep, which is said once.
  let tooDeep = 0;
  for (let i = 0; i < bytes.length && found.length < most; i++) {
    switch (bytes[i]) {
      case QUOTE: {
        const end = endOfString(bytes, i + 1);
        const level = depth - 1;
        const isKey = tooDeep === 0 && depth > 0 && isObject[level] === 1 && keys[level] === NO_KEY;
        if (isKey) keys[level] = i;
        // Every character has a byte at least.
        if (end - i - 1 > maxLength && tooDeep === 0) {
          const length = charactersIn(bytes, i + 1, end);
          if (length > maxLength)
            found.push(tooLong(pointerTo(bytes, isKey ? level : depth), isKey, length, maxLength));
        }
        i = end;
        break;
      }
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (depth === maxDepth) {
          if (tooDeep++ === 0) found.push(nestedTooDeep(pointerTo(bytes, depth), maxDepth));
        } else {
          isObject[depth] = bytes[i] === OPEN_BRACE ? 1 : 0;
          commas[depth] = 0;
          keys[depth] = NO_KEY;
          depth++;
        }
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET: {
        if (tooDeep > 0) {
          tooDeep--;
          break;
        }
        depth--;
        const members = (commas[depth] as number) + 1;
        if (isObject[depth] === 1) {
          if (members > maxProperties) found.push(tooManyKeys(pointerTo(bytes, depth), members, maxProperties));
        } else if (members > maxItems) found.push(tooManyItems(pointerTo(bytes, depth), members, maxItems));
        break;
      }
      case COMMA:
        if (tooDeep === 0 && depth > 0) {
          commas[depth - 1] = (commas[depth - 1] as number) + 1;
          keys[depth - 1] = NO_KEY;
        }
        break;
      default:
        break;
    }
  }
  return found;
}

/** To what stands in the innermost of so many levels. */
function pointerTo(bytes: Buffer, levels: number): string {
  let pointer = '';
  for (let level = 0; level < levels; level++) {
    const part = isObject[level] === 1 ? keyAt(bytes, keys[level] as number) : String(commas[level]);
    pointer += `/${escapePart(part)}`;
  }
  return pointer;
}

/** A key that is too long to be repeated is cut, as it is written: each finding of each pack would have it anew. */
function keyAt(bytes: Buffer, quote: number): string {
  const start = quote + 1;
  const length = endOfString(bytes.subarray(start, start + MAX_KEY), 0);
  if (length === MAX_KEY) return `${bytes.toString('utf8', start, start + MAX_KEY)}\u2026`;
  return JSON.parse(bytes.toString('utf8', quote, start + length + 1)) as string;
}

/** Code points of a string as it is written; two escapes that are a pair are one. */
function charactersIn(bytes: Buffer, from: number, end: number): number {
  let count = 0;
  for (let i = from; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte === BACKSLASH) {
      const isUnicode = bytes[i + 1] === SMALL_U;
      if (!isUnicode || !isSecondHalf(bytes, i + 2)) count++;
      i += isUnicode ? 5 : 1;
    } else if ((byte & 0xc0) !== 0x80) count++;
  }
  return count;
}

/** The digits of \uDC00 to \uDFFF; strict JSON has none without the half in front of it. */
function isSecondHalf(bytes: Buffer, at: number): boolean {
  const [first, second] = [(bytes[at] as number) | 0x20, (bytes[at + 1] as number) | 0x20];
  return first === 0x64 && second >= 0x63 && second <= 0x66;
}

function nestedTooDeep(pointer: string, most: number): Oversize {
  const message = `It is nested deeper than ${most} levels of objects and lists. Call again with less inside of each other.`;
  return { reason: 'too-deep', pointer, message };
}

function tooLong(pointer: string, isKey: boolean, length: number, most: number): Oversize {
  const what = isKey ? 'The object has a key of' : 'The text has';
  const message = `${what} ${said(length)} characters, at most ${said(most)} are allowed. Shorten it, or split the call.`;
  return { reason: 'text-too-long', pointer, message };
}

function tooManyItems(pointer: string, items: number, most: number): Oversize {
  const message = `The list has ${said(items)} items, at most ${said(most)} are allowed. Split the call.`;
  return { reason: 'list-too-long', pointer, message };
}

function tooManyKeys(pointer: string, members: number, most: number): Oversize {
  const message = `The object has ${said(members)} keys, at most ${said(most)} are allowed. Split the call.`;
  return { reason: 'too-many-keys', pointer, message };
}

function tooLarge(size: number, most: number): Oversize {
  const message = `They have ${said(size)} bytes together, at most ${said(most)} are allowed. Split the call.`;
  return { reason: 'too-large', pointer: '', message };
}

function said(count: number): string {
  return count.toLocaleString('en-US');
}
