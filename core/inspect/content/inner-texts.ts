/** What a text holds in another form: JSON inside of a string, Base64 of a text. */
import { isUtf8 } from 'node:buffer';
import { isModest } from '../../mcp/json-size.ts';
import { type TextLeaf, textLeaves } from '../../mcp/text-leaves.ts';
import type { Span } from '../finding.ts';

/** Where an inner text stands in the outer one. */
export interface InnerText extends Span {
  readonly text: string;
}

/** Shorter ones hold nothing worth while. */
export const SHORTEST_BASE64 = 24;
const LOOKED_AT = 48;

/** Texts that are written in Base64, also of the URL alphabet (RFC 4648). */
export function base64Texts(text: string): InnerText[] {
  const found: InnerText[] = [];
  let start = 0;
  while (start + SHORTEST_BASE64 <= text.length) {
    // From the end of the shortest run that could begin there: what is none, as in prose, is passed by in leaps.
    let at = start + SHORTEST_BASE64 - 1;
    while (at >= start && isDigit(text.charCodeAt(at))) at--;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + SHORTEST_BASE64;
    while (end < text.length && isDigit(text.charCodeAt(end))) end++;
    const padded = end + (text[end] !== '=' ? 0 : text[end + 1] === '=' ? 2 : 1);
    // What begins with bytes of no text is an image, a hash or a key.
    if (isText(Buffer.from(text.slice(start, Math.min(padded, start + LOOKED_AT)), 'base64'))) {
      const decoded = Buffer.from(text.slice(start, padded), 'base64');
      if (isUtf8(decoded)) found.push({ text: decoded.toString('utf8'), start, end: padded });
    }
    start = padded;
  }
  return found;
}

const DIGITS = new Uint8Array(128);
for (const digit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-')
  DIGITS[digit.charCodeAt(0)] = 1;

function isDigit(unit: number): boolean {
  return DIGITS[unit] === 1;
}

function isText(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return false;
  // Cut in the middle of a character, nothing but its beginning may be left.
  const whole = bytes.findLastIndex((byte) => byte < 0x80) + 1;
  return whole > bytes.length - 4 && isUtf8(bytes.subarray(0, whole));
}

export interface InnerJson {
  readonly bytes: Buffer;
  readonly leaves: readonly TextLeaf[];
}

/** What looks like JSON, and is deeper or of more values than is taken apart: nobody knows what is in it. */
export const UNOPENED = 'unopened';

/** The texts of a text that is JSON, which is worth while only where something in it is escaped or a number. */
export function innerJson(text: string, maxUnits = Infinity): InnerJson | typeof UNOPENED | undefined {
  if (!/^\s{0,64}[[{]/.test(text) || !/[\]}]\s{0,64}$/.test(text)) return undefined;
  const bytes = Buffer.from(text);
  if (!isModest(bytes)) return UNOPENED;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return { bytes, leaves: textLeaves(bytes, { start: 0, end: bytes.length }, undefined, maxUnits) };
}

/** From bytes of its UTF-8 to units of a text. Parts are asked for by where they begin, or each costs all that lies in front of it. */
export class Units {
  readonly #bytes: Buffer;
  readonly #isAscii: boolean;
  #at = 0;
  #unit = 0;
  /** Of what was asked for last, and where that ends: see `LeafBytes`. */
  #units: Span | undefined = undefined;
  #end = 0;

  constructor(bytes: Buffer, isAscii: boolean) {
    this.#bytes = bytes;
    this.#isAscii = isAscii;
  }

  of({ start, end }: Span): Span {
    if (this.#isAscii) return { start, end };
    if (this.#units !== undefined && start === this.#at && end === this.#end) return this.#units;
    if (start < this.#at) {
      this.#at = 0;
      this.#unit = 0;
    }
    this.#unit += this.#bytes.toString('utf8', this.#at, start).length;
    this.#at = start;
    this.#end = end;
    const length = this.#bytes.toString('utf8', start, end).length;
    return (this.#units = { start: this.#unit, end: this.#unit + length });
  }
}
