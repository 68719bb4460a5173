/**
 * Of a message that is too long to be held: whose it is. Read as it comes in, and forgotten but for its id and its method, which stand at
 * either end of it (the SDK for TypeScript writes the id of an answer last, that for Python first).
 */
import { type MessageId, isMessageId } from './message.ts';

export type Overlong =
  /** To the call of this id. */
  | { readonly kind: 'answer'; readonly id: MessageId }
  | { readonly kind: 'request'; readonly id: MessageId; readonly method: string }
  /** A notification, or something whose id cannot be told. */
  | { readonly kind: 'other'; readonly method: string | undefined };

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const BACKSLASH = 0x5c;
/** Of a key, an id or a method; what is longer is none that matters. */
const MAX_KEPT = 1024;

export class OverlongMessage {
  #depth = 0;
  #inString = false;
  /** The byte before was a backslash that counts. */
  #isEscaped = false;
  /** Of the member of the message itself that is being read; undefined while its key is. */
  #key: string | undefined = undefined;
  /** Text of that key, or of the value when it is one that matters; undefined when it grew too long. */
  #kept: number[] | undefined = [];
  #keeps = false;
  readonly #members = new Map<string, unknown>();
  #isObject: boolean | undefined = undefined;

  /** False as soon as it is clear that this is no JSON object, so no message. */
  get mayBeMessage(): boolean {
    return this.#isObject !== false;
  }

  /** What is known so far; undefined while its end may tell. */
  get known(): Overlong | undefined {
    const id = this.#members.get('id');
    const isAnswer = ['result', 'error'].some((key) => this.#key === key || this.#members.has(key));
    return isAnswer && isMessageId(id) && !this.#members.has('method') ? { kind: 'answer', id } : undefined;
  }

  push(chunk: Buffer): void {
    for (let i = 0; i < chunk.length && this.mayBeMessage;) {
      if (this.#inString && !this.#keeps) i = this.#skipString(chunk, i);
      else this.#take(chunk[i++] as number);
    }
  }

  /** The line is over. */
  end(): Overlong {
    const { known } = this;
    if (known !== undefined) return known;
    const [id, method] = [this.#members.get('id'), this.#members.get('method')];
    if (typeof method !== 'string') return { kind: 'other', method: undefined };
    return isMessageId(id) ? { kind: 'request', id, method } : { kind: 'other', method };
  }

  #take(byte: number): void {
    if (this.#isObject === undefined) {
      this.#begin(byte);
      return;
    }
    if (this.#keeps) this.#keep(byte);
    if (this.#inString) this.#takeInString(byte);
    else if (byte === QUOTE) this.#beginString();
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#close();
    else if (this.#depth === 1 && byte === COLON) this.#beginValue();
    else if (this.#depth === 1 && byte === COMMA) this.#endMember();
  }

  #begin(byte: number): void {
    if (isBlank(byte)) return;
    this.#isObject = byte === OPEN_BRACE;
    this.#depth = 1;
  }

  #takeInString(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) {
      this.#inString = false;
      // A value that matters is kept to its end, a key to the end of its string.
      if (this.#key === undefined) this.#keeps = false;
    }
  }

  #beginString(): void {
    this.#inString = true;
    if (this.#depth !== 1 || this.#key !== undefined) return;
    this.#keeps = true;
    this.#kept = [QUOTE];
  }

  #beginValue(): void {
    if (this.#key !== undefined) return;
    const key = this.#valueKept();
    this.#key = typeof key === 'string' ? key : '';
    this.#keeps = this.#key === 'id' || this.#key === 'method';
    this.#kept = [];
  }

  #close(): void {
    if (this.#depth === 1) this.#endMember();
    this.#depth--;
  }

  #endMember(): void {
    if (this.#key === undefined) return;
    // Behind the value stand the comma or the brace that ended it.
    if (this.#keeps) this.#kept?.pop();
    const value = this.#keeps ? this.#valueKept() : undefined;
    // Of two with one name nobody knows which one counts.
    this.#members.set(this.#key, this.#members.has(this.#key) ? undefined : value);
    this.#key = undefined;
    this.#keeps = false;
  }

  #keep(byte: number): void {
    if (this.#kept !== undefined && this.#kept.push(byte) > MAX_KEPT) this.#kept = undefined;
  }

  #valueKept(): unknown {
    try {
      return this.#kept === undefined ? undefined : (JSON.parse(Buffer.from(this.#kept).toString('utf8')) as unknown);
    } catch {
      return undefined;
    }
  }

  /** Index behind what was skipped: most of what is long is one string. */
  #skipString(chunk: Buffer, from: number): number {
    let i = from;
    if (this.#isEscaped) {
      this.#isEscaped = false;
      i++;
    }
    const quote = chunk.indexOf(QUOTE, i);
    const end = quote < 0 ? chunk.length : quote;
    let slashes = 0;
    while (end - 1 - slashes >= i && chunk[end - 1 - slashes] === BACKSLASH) slashes++;
    const isEscaped = slashes % 2 === 1;
    if (quote < 0) this.#isEscaped = isEscaped;
    else this.#inString = isEscaped;
    return end + 1;
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
