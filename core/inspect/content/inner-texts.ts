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
const BASE64 = /[A-Za-z0-9+/_-]{24,}={0,2}/g;
const LOOKED_AT = 48;

/** Texts that are written in Base64, also of the URL alphabet (RFC 4648). */
export function base64Texts(text: string): InnerText[] {
  const found: InnerText[] = [];
  for (const match of text.matchAll(BASE64)) {
    const [run] = match;
    // What begins with bytes of no text is an image, a hash or a key.
    if (!isText(Buffer.from(run.slice(0, LOOKED_AT), 'base64'))) continue;
    const decoded = Buffer.from(run, 'base64');
    if (isUtf8(decoded))
      found.push({ text: decoded.toString('utf8'), start: match.index, end: match.index + run.length });
  }
  return found;
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

/** The texts of a text that is JSON, which is worth while only where something in it is escaped or a number. */
export function innerJson(text: string, maxUnits = Infinity): InnerJson | undefined {
  if (!/^\s{0,64}[[{]/.test(text) || !/[\]}]\s{0,64}$/.test(text)) return undefined;
  const bytes = Buffer.from(text);
  if (!isModest(bytes)) return undefined;
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
