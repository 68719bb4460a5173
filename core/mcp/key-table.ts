/**
 * Keys of JSON objects by the bytes they are written in, each looked into once: nearly all keys of a message are those of the message
 * before, in the same order, and are known again without a string being made of them. A cache and nothing else: what is found does not
 * depend on what was read before.
 */
import { pilesMarks } from '../piled-marks.ts';
import { fold, isFolded, workOfFold } from './fold.ts';

/** Neither a key that is looked into here nor all of them together can take long, nor much memory. */
export const MAX_KEYS = 4_096;
const MAX_KEY_BYTES = 128;
const MAX_BYTES = 64 * 1024;
/** Of all of them, in units of `workOfFold`: 3 ms, and far less than json.ts allows of one text. */
const MAX_FOLDING = 64 * 1024;

/** In front of the first key of an object that is in no other. */
export const NO_KEY = 0;
/** Of a key that is written as no known one is. */
export const UNKNOWN = -1;

export class KeyTable {
  readonly #ids = new Map<string, number>();
  readonly #folded = new Map<string, number>();
  readonly #names: string[] = [];
  /** As they are written without escapes, each with the quote behind it. */
  readonly #bytes = Buffer.allocUnsafeSlow(MAX_BYTES);
  readonly #words = new DataView(this.#bytes.buffer);
  readonly #ends = new Int32Array(MAX_KEYS);
  readonly #groups = new Int32Array(MAX_KEYS);
  /** Which one came next in the same object, and which one first in the object that was its value or an element of that. */
  readonly #nexts = new Int32Array(MAX_KEYS);
  readonly #firsts = new Int32Array(MAX_KEYS);
  #folding = 0;
  /** Of the text that is being read: a key is written with an escape. */
  sawEscape = false;

  constructor() {
    this.#clear();
  }

  /** Before each text. */
  begin(): void {
    this.sawEscape = false;
    const isHalfFull =
      this.#names.length > MAX_KEYS / 2 || this.#used > MAX_BYTES / 2 || this.#folding > MAX_FOLDING / 2;
    if (isHalfFull) this.#clear();
  }

  nameOf(id: number): string {
    return this.#names[id] as string;
  }

  /** The same number for all keys that some server takes for one. */
  groupOf(id: number): number {
    return this.#groups[id] as number;
  }

  /** The key that is likely to stand behind `id`; as the first one of an object, `id` is the key that the object is found under. */
  likely(id: number, isFirst: boolean): number {
    return (isFirst ? this.#firsts[id] : this.#nexts[id]) as number;
  }

  expect(id: number, behind: number, isFirst: boolean): void {
    if (isFirst) this.#firsts[behind] = id;
    else this.#nexts[behind] = id;
  }

  /** Behind the closing quote when the key `id` stands at `at`, which is behind the opening one; else `UNKNOWN`. */
  behind(bytes: Buffer, words: DataView, at: number, id: number): number {
    const start = this.#ends[id - 1] as number;
    const length = (this.#ends[id] as number) - start;
    if (length === 0 || at + length > bytes.length) return UNKNOWN;
    let i = 0;
    for (; i + 4 <= length; i += 4) if (words.getInt32(at + i) !== this.#words.getInt32(start + i)) return UNKNOWN;
    for (; i < length; i++) if (bytes[at + i] !== this.#bytes[start + i]) return UNKNOWN;
    return at + length;
  }

  /** The key between `start` and the closing quote at `quote`, taken up if it is new; `UNKNOWN` of one that takes a closer look. */
  take(bytes: Buffer, start: number, quote: number): number {
    if (quote - start > MAX_KEY_BYTES) return UNKNOWN;
    const text = bytes.toString('utf8', start, quote);
    if (!text.includes('\\')) return this.#ids.get(text) ?? this.#add(text);
    this.sawEscape = true;
    // The grammar is known to be right. `JSON.parse` reads strings alone as they are: see parse-json.ts.
    const name = JSON.parse(`"${text}"`) as string;
    return this.#ids.get(name) ?? this.#add(name);
  }

  #add(name: string): number {
    // What cannot be written without an escape is known by its name alone.
    const written = JSON.stringify(name).length === name.length + 2 ? `${name}"` : '';
    if (this.#names.length === MAX_KEYS || this.#used + 3 * written.length > MAX_BYTES) return UNKNOWN;
    // Refused, in words that are found elsewhere.
    if (name === '__proto__' || pilesMarks(name)) return UNKNOWN;
    if (!isFolded(name)) this.#folding += workOfFold(name);
    if (this.#folding > MAX_FOLDING) return UNKNOWN;
    const id = this.#names.length;
    const folded = fold(name);
    const group = this.#folded.get(folded) ?? id;
    this.#folded.set(folded, group);
    this.#groups[id] = group;
    this.#ends[id] = this.#used + this.#bytes.write(written, this.#used);
    this.#nexts[id] = NO_KEY;
    this.#firsts[id] = NO_KEY;
    this.#ids.set(name, id);
    this.#names.push(name);
    return id;
  }

  get #used(): number {
    return this.#ends[this.#names.length - 1] as number;
  }

  #clear(): void {
    this.#ids.clear();
    this.#folded.clear();
    this.#names.length = 0;
    this.#names.push('');
    // Of an id that is given out anew this is forgotten then; of this one, which is none, it would be for ever.
    this.#firsts[NO_KEY] = NO_KEY;
    this.#folding = 0;
  }
}
