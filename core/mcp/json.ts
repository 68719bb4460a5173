/**
 * Strict JSON: what this reader accepts, every JSON parser reads the same way.
 *
 * `JSON.parse` alone keeps the last of two equal keys, turns broken UTF-8 into U+FFFD and lets a lone surrogate pass; a
 * server with another parser would then execute something else than what was decided on (RFC 7493, I-JSON).
 */
import { isUtf8 } from 'node:buffer';
import { pilesMarks } from '../piled-marks.ts';
import { fold, isFolded, workOfFold } from './fold.ts';
import { MAX_JSON_DEPTH, MAX_JSON_MEMBERS, MAX_JSON_VALUES, TOO_DEEP, TOO_MANY, countMembers } from './json-size.ts';
import type { JsonView } from './json-view.ts';
import { lazyValue } from './lazy-value.ts';
import { parseJson, readCarefully } from './parse-json.ts';
import { scanStrictly } from './strict-scan.ts';

/**
 * Of folding keys, in units of `workOfFold`, each distinct key counted once: 50 ms. Rows with names in any script have some
 * dozens; this is thousands.
 */
const MAX_FOLDING = 1024 * 1024;

export type JsonProblem =
  | 'byte-order-mark'
  | 'not-utf-8'
  | 'not-json'
  | 'too-deep'
  | 'too-many-values'
  | 'duplicate-key'
  | 'forbidden-key'
  | 'lone-surrogate'
  | 'number-too-large';

export type JsonResult =
  | {
      readonly ok: true;
      /** Of a large object, members are made when they are read: see lazy-value.ts. */
      readonly value: unknown;
      readonly exact: boolean;
      /** Where the members of an object stand, if that is known already. */
      readonly view: JsonView | undefined;
    }
  | { readonly ok: false; readonly problem: JsonProblem; readonly detail: string };

/** Smaller texts are parsed as a whole sooner than in parts. */
const WORTH_WAITING = 2 * 1024;

/** Only an escape can put half a surrogate pair into text that is valid UTF-8. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

export interface JsonOptions {
  /** Whoever the text is for is known to take two keys that differ only in case for two. */
  readonly caseSensitiveKeys?: boolean;
}

/**
 * Reads one JSON text.
 * `exact` is false when a number lies outside ±(2^53 − 1), where two different texts may have become one value: such a
 * call can be decided on but its digest does not stand for its bytes, so nothing may be approved by it.
 */
export function parseStrictJson(bytes: Buffer, options: JsonOptions = {}): JsonResult {
  if (bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return refuse('byte-order-mark', 'the body starts with a byte order mark; send plain UTF-8');
  }
  if (!isUtf8(bytes)) return refuse('not-utf-8', 'the body is not valid UTF-8');
  const caseSensitive = options.caseSensitiveKeys === true;
  const scan = scanStrictly(bytes, caseSensitive);
  if (scan === undefined) return lookCloser(bytes, caseSensitive);
  const { exact, view, escapedKeys } = scan;
  const isLarge = view !== undefined && bytes.length >= WORTH_WAITING;
  return {
    ok: true,
    value: isLarge ? lazyValue(view) : (escapedKeys ? readCarefully : JSON.parse)(bytes.toString('utf8')),
    exact,
    view,
  };
}

/** Slower, and says what is wrong. The text is UTF-8 without a byte order mark. */
export function lookCloser(bytes: Buffer, caseSensitive: boolean): JsonResult {
  const members = countMembers(bytes);
  if (members === TOO_DEEP)
    return refuse('too-deep', `objects and lists are nested deeper than ${MAX_JSON_DEPTH} levels`);
  if (members === TOO_MANY) return refuse('too-many-values', `it has more than ${MAX_JSON_VALUES} values`);
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return refuse('not-json', 'the body is not one JSON value');
  }
  const walk = new Walk(SURROGATE_ESCAPE.test(text), !caseSensitive);
  walk.visit(value);
  if (walk.collision !== undefined) return refuse('duplicate-key', walk.collision);
  if (walk.hasManyMembers) return refuse('too-many-values', `an object has more than ${MAX_JSON_MEMBERS} members`);
  if (walk.hasManyFoldings) return refuse('too-many-values', 'it has too many keys in capitals or outside of ASCII');
  if (walk.hasPrototypeKey) {
    return refuse(
      'forbidden-key',
      'the key "__proto__" is taken for an object\'s prototype by some and dropped by others',
    );
  }
  if (walk.hasPiledMarks) {
    return refuse('forbidden-key', 'a key has more than 30 combining marks in a row, which no language writes');
  }
  if (walk.members !== members) return refuse('duplicate-key', 'an object has the same key twice');
  if (walk.infinite) return refuse('number-too-large', 'a number is larger than a double can hold');
  if (walk.loneSurrogate) return refuse('lone-surrogate', 'a string holds half of a surrogate pair');
  return { ok: true, value, exact: walk.exact, view: undefined };
}

class Walk {
  members = 0;
  exact = true;
  loneSurrogate = false;
  infinite = false;
  hasPrototypeKey = false;
  hasManyMembers = false;
  hasPiledMarks = false;
  hasManyFoldings = false;
  collision: string | undefined = undefined;
  readonly #checkSurrogates: boolean;
  readonly #foldKeys: boolean;
  /** Objects of a list have the same keys over and over. */
  #folded: Map<string, string> | undefined = undefined;
  #folding = 0;

  constructor(checkSurrogates: boolean, foldKeys: boolean) {
    this.#checkSurrogates = checkSurrogates;
    this.#foldKeys = foldKeys;
  }

  visit(value: unknown): void {
    if (typeof value === 'string') {
      if (this.#checkSurrogates && !value.isWellFormed()) this.loneSurrogate = true;
    } else if (typeof value === 'number') {
      if (value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER) this.exact = false;
      if (!Number.isFinite(value)) this.infinite = true;
    } else if (Array.isArray(value)) {
      for (const item of value) this.visit(item);
    } else if (typeof value === 'object' && value !== null) {
      this.#visitObject(value as Record<string, unknown>);
    }
  }

  #visitObject(object: Record<string, unknown>): void {
    const keys = Object.keys(object);
    this.members += keys.length;
    if (keys.length > MAX_JSON_MEMBERS) {
      // Refused for that; to compare them all would take as long as anybody likes.
      this.hasManyMembers = true;
      return;
    }
    let mixed = false;
    for (const key of keys) {
      if (!mixed && !isFolded(key)) mixed = true;
      // Servers that assign what they read to an object of their own find its members behind every name that is not there.
      if (key === '__proto__') this.hasPrototypeKey = true;
      if (pilesMarks(key)) this.hasPiledMarks = true;
      if (this.#checkSurrogates && !key.isWellFormed()) this.loneSurrogate = true;
      this.visit(object[key]);
    }
    // Servers whose decoder folds case (Go's encoding/json) read both spellings as one key, the last one winning.
    if (mixed && this.#foldKeys && keys.length > 1 && !this.hasPiledMarks && !this.hasManyFoldings)
      this.#findCollision(keys);
  }

  #fold(key: string): string {
    if (isFolded(key)) return key;
    const known = (this.#folded ??= new Map<string, string>());
    let folded = known.get(key);
    if (folded !== undefined) return folded;
    this.#folding += workOfFold(key);
    if (this.#folding > MAX_FOLDING) {
      this.hasManyFoldings = true;
      return key;
    }
    folded = fold(key);
    known.set(key, folded);
    return folded;
  }

  #findCollision(keys: string[]): void {
    const seen = new Map<string, string>();
    for (const key of keys) {
      const folded = this.#fold(key);
      if (this.hasManyFoldings) return;
      const other = seen.get(folded);
      if (other !== undefined) {
        this.collision = `the keys ${JSON.stringify(other)} and ${JSON.stringify(key)} of one object differ only in case, and some servers take them for one; rename one, or have a pack say \`wire: {keys: CaseSensitive}\` of this server`;
        return;
      }
      seen.set(folded, key);
    }
  }
}

function refuse(problem: JsonProblem, detail: string): JsonResult {
  return { ok: false, problem, detail };
}
