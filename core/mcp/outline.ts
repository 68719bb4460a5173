/**
 * Who an answer is for, read from a message that is refused: strict reading has failed, and all that is wanted is the id that its sender
 * waits on (JSON-RPC 2.0, Response object). Forgiving about what the message holds, exact about where its members begin and end; what it
 * finds is never decided on and never sent on.
 *
 * Takes the text in pieces and keeps none of it, so that a body which is too large to be held can be answered as well.
 */
import { isUtf8 } from 'node:buffer';
import { type MessageId, isMessageId } from './message.ts';

/** `nothing`: no object with a beginning and an end, so nobody can be answered. */
export type OutlineKind = 'request' | 'notification' | 'response' | 'nothing';

export interface Outline {
  readonly kind: OutlineKind;
  /** Null when there is none that an answer could carry, or when it stands there twice: clients do not agree on which one counts. */
  readonly id: MessageId | null;
  /** Undefined when it is missing, no string, or stands there twice. */
  readonly method: string | undefined;
  /** The revision that `params._meta` claims (MCP 2026-07-28). */
  readonly version: string | undefined;
}

export const NO_OUTLINE: Outline = { kind: 'nothing', id: null, method: undefined, version: undefined };

/** Bytes of a key or value that are kept; every id, method and version that is taken is shorter, even if each letter is an escape. */
const MAX_KEPT = 2_048;

const VERSION_KEY = 'io.modelcontextprotocol/protocolVersion';
/** Objects that are looked into, from the outside in, and which of their members is the next one. */
const PATH: readonly (string | undefined)[] = ['params', '_meta', undefined];
const MARK = [0xef, 0xbb, 0xbf];

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

/** Where in the text the next byte lies. */
type State =
  | 'mark'
  | 'before'
  | 'first-key'
  | 'key'
  | 'colon'
  | 'value'
  | 'after-value'
  | 'literal'
  | 'after'
  | 'broken';

export function outlineOf(bytes: Buffer): Outline {
  const reader = new OutlineReader();
  reader.push(bytes);
  return reader.end();
}

export class OutlineReader {
  #state: State = 'mark';
  #marked = 0;
  /** Objects on the path that are open. */
  #depth = 0;
  /** Open brackets of what is passed over. */
  #skipped = 0;
  #inString = false;
  #escaped = false;
  /** Of the string or literal that is being read; undefined when it is passed over, or too long. */
  #kept: number[] | undefined = undefined;
  /** The last key of each open object. */
  readonly #keys: string[] = [];
  /** Text of the values that are looked for; undefined once they were there twice. */
  readonly #found = new Map<string, string | undefined>();

  push(bytes: Buffer): void {
    for (let i = 0; i < bytes.length && this.#state !== 'broken'; i++) {
      const byte = bytes[i] as number;
      if (this.#inString) this.#takeString(byte);
      else if (this.#skipped > 0) this.#passOver(byte);
      else this.#take(byte);
    }
  }

  end(): Outline {
    if (this.#state !== 'after') return NO_OUTLINE;
    const id = this.#valueOf('id');
    const method = this.#valueOf('method');
    const version = this.#valueOf(VERSION_KEY);
    return {
      kind: this.#kind(),
      id: isMessageId(id) && String(id).isWellFormed() ? id : null,
      method: typeof method === 'string' ? method : undefined,
      version: typeof version === 'string' ? version : undefined,
    };
  }

  /** A message with an id and nothing else was meant to be a request: a response that says nothing answers nothing. */
  #kind(): OutlineKind {
    if (this.#found.has('method')) return this.#found.has('id') ? 'request' : 'notification';
    if (this.#found.has('result') || this.#found.has('error')) return 'response';
    return 'request';
  }

  #valueOf(name: string): unknown {
    const text = this.#found.get(name);
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  }

  #take(byte: number): void {
    if (this.#state === 'literal') {
      if (!isDelimiter(byte)) {
        this.#keep(byte);
        return;
      }
      this.#endValue();
    }
    if (this.#state === 'mark' && this.#takeMark(byte)) return;
    if (isBlank(byte)) return;
    switch (this.#state) {
      case 'before':
        if (byte === OPEN_BRACE) this.#open();
        else this.#state = 'broken';
        return;
      case 'first-key':
      case 'key':
        if (byte === QUOTE) this.#beginString(true);
        else if (byte === CLOSE_BRACE && this.#state === 'first-key') this.#close();
        else this.#state = 'broken';
        return;
      case 'colon':
        this.#state = byte === COLON ? 'value' : 'broken';
        return;
      case 'value':
        this.#beginValue(byte);
        return;
      case 'after-value':
        if (byte === COMMA) this.#state = 'key';
        else if (byte === CLOSE_BRACE) this.#close();
        else this.#state = 'broken';
        return;
      default:
        this.#state = 'broken';
    }
  }

  /** True for the bytes of a byte order mark, which is what the message is refused for. */
  #takeMark(byte: number): boolean {
    if (byte === MARK[this.#marked]) {
      this.#marked++;
      if (this.#marked === MARK.length) this.#state = 'before';
      return true;
    }
    this.#state = this.#marked === 0 ? 'before' : 'broken';
    return false;
  }

  #beginValue(byte: number): void {
    const isWanted = this.#nameOfValue() !== undefined;
    if (byte === QUOTE) this.#beginString(isWanted);
    else if (byte === OPEN_BRACE && this.#isOnPath()) this.#open();
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      // A value like this is not what is looked for, but that it is there counts.
      this.#kept = isWanted ? [] : undefined;
      this.#skipped = 1;
    } else if (isDelimiter(byte) || byte === COLON) this.#state = 'broken';
    else {
      this.#state = 'literal';
      this.#kept = isWanted ? [byte] : undefined;
    }
  }

  #beginString(isWanted: boolean): void {
    this.#inString = true;
    this.#kept = isWanted ? [QUOTE] : undefined;
  }

  #takeString(byte: number): void {
    this.#keep(byte);
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) {
      this.#inString = false;
      if (this.#skipped > 0) return;
      if (this.#state === 'value') this.#endValue();
      else this.#endKey();
    }
  }

  #passOver(byte: number): void {
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#skipped++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      this.#skipped--;
      if (this.#skipped === 0) this.#endValue();
    }
  }

  #keep(byte: number): void {
    if (this.#kept === undefined || this.#skipped > 0) return;
    if (this.#kept.length < MAX_KEPT) this.#kept.push(byte);
    else this.#kept = undefined;
  }

  #endKey(): void {
    this.#keys[this.#depth - 1] = keyOf(this.#kept);
    this.#state = 'colon';
  }

  #endValue(): void {
    const name = this.#nameOfValue();
    if (name !== undefined) {
      this.#found.set(name, this.#found.has(name) ? undefined : textOf(this.#kept));
    }
    this.#kept = undefined;
    this.#state = 'after-value';
  }

  #open(): void {
    this.#depth++;
    this.#state = 'first-key';
  }

  #close(): void {
    this.#depth--;
    this.#state = this.#depth === 0 ? 'after' : 'after-value';
  }

  /** The object that begins is one that is looked into. */
  #isOnPath(): boolean {
    return this.#keys[this.#depth - 1] === PATH[this.#depth - 1];
  }

  /** Under which name the value is wanted whose key was read last. */
  #nameOfValue(): string | undefined {
    const key = this.#keys[this.#depth - 1];
    if (this.#depth === 1) return key !== undefined && OF_MESSAGE.has(key) ? key : undefined;
    return this.#depth === PATH.length && key === VERSION_KEY ? key : undefined;
  }
}

const OF_MESSAGE = new Set(['id', 'method', 'result', 'error']);

/** A key that cannot be read is none that is looked for. */
function keyOf(bytes: readonly number[] | undefined): string {
  const text = textOf(bytes);
  if (text === undefined) return '';
  try {
    return String(JSON.parse(text));
  } catch {
    return '';
  }
}

/** Undefined for what another reader would take for another text. */
function textOf(bytes: readonly number[] | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  const buffer = Buffer.from(bytes);
  return isUtf8(buffer) ? buffer.toString('utf8') : undefined;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDelimiter(byte: number): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isBlank(byte);
}
