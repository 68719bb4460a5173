/**
 * `JSON.parse` for texts that others wrote. V8 takes a key with an escape for a key with a backslash that stood in the same place of an
 * earlier text, whoever sent that (https://github.com/nodejs/node/issues/63785, in Node 24 and 26): after `{"x":1,"\\u00":1}` the key
 * `"\u0070ath"` of `{"x":1,"\u0070ath":1}` is read as `\u00`, and what a rule says of `path` would not be asked. So where keys have
 * escapes, objects are made here; single strings are read right.
 */

/** What a scalar becomes; `source` is how it is written. */
export type ReadScalar = (value: unknown, source: string) => unknown;

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
// ECMAScript "JSON.parse source text access"; TypeScript's library does not declare it yet.
const json = JSON as unknown as { parse(text: string, reviver?: Reviver): unknown };

/** Throws like `JSON.parse`. */
export function parseJson(text: string, read?: ReadScalar): unknown {
  const reviver: Reviver | undefined =
    read && ((_key, value, { source }) => (source === undefined ? value : read(value, source)));
  const value = json.parse(text, reviver);
  return hasEscapedKey(text) ? readCarefully(text, read) : value;
}

/** The same of a text that is known to be JSON, some of whose keys have escapes. */
export function readCarefully(text: string, read?: ReadScalar): unknown {
  return new Reader(text, read).value();
}

/** Of a text that is JSON. */
export function hasEscapedKey(text: string): boolean {
  let slash = text.indexOf('\\');
  for (let quote = text.indexOf('"'); slash >= 0 && quote >= 0;) {
    const end = endOfString(text, quote);
    if (slash < quote) slash = text.indexOf('\\', quote);
    if (slash >= 0 && slash < end && text.charCodeAt(behindBlanks(text, end)) === COLON) return true;
    quote = text.indexOf('"', end);
  }
  return false;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

class Reader {
  readonly #text: string;
  readonly #read: ReadScalar | undefined;
  #at = 0;

  constructor(text: string, read: ReadScalar | undefined) {
    this.#text = text;
    this.#read = read;
  }

  value(): unknown {
    const first = this.#next();
    if (first === OPEN_BRACE) return this.#object();
    if (first === OPEN_BRACKET) return this.#list();
    const source = this.#scalar(first);
    const value: unknown = first === QUOTE ? stringOf(source) : JSON.parse(source);
    return this.#read === undefined ? value : this.#read(value, source);
  }

  #scalar(first: number): string {
    const start = this.#at;
    this.#at = first === QUOTE ? endOfString(this.#text, start) : endOfWord(this.#text, start);
    return this.#text.slice(start, this.#at);
  }

  #object(): object {
    const object: Record<string, unknown> = {};
    this.#at++;
    while (this.#next() !== CLOSE_BRACE) {
      const key = stringOf(this.#scalar(QUOTE));
      this.#next();
      this.#at++;
      const value = this.value();
      if (key === '__proto__') {
        // By assignment it would be none of its members.
        Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
      } else object[key] = value;
      if (this.#next() === COMMA) this.#at++;
    }
    this.#at++;
    return object;
  }

  #list(): unknown[] {
    const list: unknown[] = [];
    this.#at++;
    while (this.#next() !== CLOSE_BRACKET) {
      list.push(this.value());
      if (this.#next() === COMMA) this.#at++;
    }
    this.#at++;
    return list;
  }

  /** The next character that means something. */
  #next(): number {
    this.#at = behindBlanks(this.#text, this.#at);
    return this.#text.charCodeAt(this.#at);
  }
}

/** `source`: with its quotes. */
function stringOf(source: string): string {
  return source.includes('\\') ? (JSON.parse(source) as string) : source.slice(1, -1);
}

/** Behind the string whose opening quote is at `quote`. */
function endOfString(text: string, quote: number): number {
  for (let i = quote + 1; ; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) return i + 1;
    if (code === BACKSLASH) i++;
  }
}

/** Behind a number, `true`, `false` or `null`. */
function endOfWord(text: string, start: number): number {
  let i = start;
  while (i < text.length && isOfWord(text.charCodeAt(i))) i++;
  return i;
}

function isOfWord(code: number): boolean {
  return code > SPACE && code !== COMMA && code !== CLOSE_BRACE && code !== CLOSE_BRACKET;
}

function behindBlanks(text: string, from: number): number {
  let i = from;
  while (i < text.length && text.charCodeAt(i) <= SPACE) i++;
  return i;
}
