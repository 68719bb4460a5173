/**
 * Secrets: tokens, keys and passwords that stand in a text. One scan finds the literals that any rule begins with, and only the rules of
 * a literal look at the place where it stands, each at a bounded number of characters: linear in the length of the text.
 */
import { NO_BOUND, type Work } from '../content/work.ts';
import { isNoSecretName, secretEnd } from './assigned.ts';
import { assignmentAt, lengthOfName } from './assignments.ts';
import { checksumHolds } from './checksums.ts';
import { entropyOf, mixtureOf } from './entropy.ts';
import { isPlaceholder } from './placeholders.ts';
import { LITERALS, PLACES, type Place, type TokenRule } from './tables.ts';

/** Where a secret stands, in UTF-16 units of the text. */
export interface Secret {
  /** Id of the rule, which says what kind it is, such as `github-pat`. */
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}

/** Of the rules that know a secret by its name and its looks alone: good to record and to redact, too weak to deny by. */
export const GENERIC = 'generic-secret';

const NONE: readonly Secret[] = [];
/** In units. */
export const SHORTEST_SECRET = 8;

export interface SecretsSought {
  /** Also what only its name and its looks make a secret, which is most of the work. Default: yes. */
  readonly generic?: boolean | undefined;
  /** What was found before it runs out stays found. Default: no bound. */
  readonly work?: Work | undefined;
}

const ALL: SecretsSought = {};

/** `key`: of the member whose value the text is, where it is one. In the order of the text, none over another. */
export function findSecrets(text: string, key?: string, sought = ALL): readonly Secret[] {
  if (text.length < SHORTEST_SECRET) return NONE;
  const found: Secret[] = [];
  const scan = new Scan(text, found, sought);
  scan.run();
  lookAtUrls(text, found, scan.work);
  if (key !== undefined && found.length === 0) lookAtMember(text, key, found, sought);
  return found.length < 2 ? found : withoutOverlaps(found);
}

/** In units of work: to pass a hundred characters by in which no literal stands; to look at one literal; at a value that its name is told of. */
const COST_OF_A_HUNDRED = 70;
const COST_OF_PLACE = 12;
const COST_OF_ASSIGNMENT = 4;
const COST_OF_VALUE = 150;

/** One text gone through. */
class Scan {
  readonly work: Work;
  readonly #text: string;
  readonly #found: Secret[];
  readonly #generic: boolean;
  readonly #jwts = new Jwts();
  /** Of the run of characters without a blank or a quote that was measured last. */
  #runEnd = 0;

  constructor(text: string, found: Secret[], { generic = true, work = NO_BOUND }: SecretsSought) {
    this.#text = text;
    this.#found = found;
    this.#generic = generic;
    this.work = work;
  }

  run(): void {
    const text = this.#text;
    if (!this.work.spend(Math.ceil((text.length * COST_OF_A_HUNDRED) / 100))) return;
    LITERALS.compared = 0;
    let index = LITERALS.next(text, 0);
    while (index >= 0) {
      this.work.spend(LITERALS.compared);
      LITERALS.compared = 0;
      const place = PLACES.get(LITERALS.found);
      const behind = place === undefined ? undefined : (this.#token(index, place) ?? this.#assigned(index, place));
      if (this.work.exhausted) return;
      index = LITERALS.next(text, behind ?? index + 1);
    }
  }

  /** Where to go on, if not at the next character. */
  #token(index: number, { tokens }: Place): number | undefined {
    const text = this.#text;
    if (!this.work.spend(COST_OF_PLACE)) return undefined;
    for (const rule of tokens) {
      const start = startOf(text, index, rule);
      if (rule.id === 'jwt' && this.#jwts.isTried(text, start)) continue;
      rule.pattern.lastIndex = start;
      const span = rule.hasGroup ? rule.pattern.exec(text)?.indices?.[1] : undefined;
      const isNone = rule.hasGroup ? span === undefined : !rule.pattern.test(text);
      const [from, to] = isNone ? NOWHERE : (span ?? [start, rule.pattern.lastIndex]);
      if (!this.work.spend(isNone ? this.#costOf(index, rule) : 20 + 3 * (to - from))) return undefined;
      if (isNone || !looksRandom(text, from, to, rule) || !isReal(text.slice(from, to), rule.entropy)) continue;
      this.#found.push({ rule: rule.id, start: from, end: to });
      return Math.max(to, index + 1);
    }
    return undefined;
  }

  #assigned(index: number, { names, isWord }: Place): number | undefined {
    const text = this.#text;
    const isGeneric = isWord && this.#generic;
    if (names.length === 0 && !isGeneric) return undefined;
    if (!this.work.spend(COST_OF_ASSIGNMENT * (1 + lengthOfName(text, index)))) return undefined;
    const assignment = assignmentAt(text, index);
    if (assignment === undefined) return undefined;
    const { at } = assignment;
    for (const rule of names) {
      // Of a vendor's names, too, some are of what is no secret: `heroku_app_id`.
      if (!rule.isId && isNoSecretName(assignment.name)) continue;
      rule.pattern.lastIndex = at;
      const isNamed = rule.pattern.test(text);
      const end = isNamed ? rule.pattern.lastIndex : at;
      if (!this.work.spend(isNamed ? 20 + 3 * (end - at) : this.#costOf(at, rule))) return undefined;
      const value = text.slice(at, end);
      // A name of a place, a person or a product has no digits in it.
      if (!isNamed || !/\d/.test(value) || !isReal(value, Math.max(rule.entropy, 2.5))) continue;
      this.#found.push({ rule: rule.id, start: at, end });
      return at;
    }
    // Inside of what is one already, the rest of it is none.
    const last = this.#found.at(-1);
    if (
      !isGeneric ||
      !isOneCase(text, index) ||
      (last?.rule === GENERIC && index < last.end) ||
      !this.work.spend(COST_OF_VALUE)
    )
      return undefined;
    const end = secretEnd(text, assignment);
    if (end === undefined || isPlaceholder(text.slice(at, end))) return undefined;
    this.#found.push({ rule: GENERIC, start: at, end });
    // It may be of a kind that is known.
    return at;
  }

  /** Of a pattern that fails: it has looked at no more than it can, and most stop at a blank. */
  #costOf(at: number, { reach, isWide }: { readonly reach: number; readonly isWide?: boolean }): number {
    if (isWide === true) return 2 + (Math.min(reach, WIDE) >> 2);
    const text = this.#text;
    if (this.#runEnd <= at) {
      let end = at;
      while (end < text.length && !isBorder(text.charCodeAt(end))) end++;
      this.#runEnd = end;
    }
    return 2 + (Math.min(reach, this.#runEnd - at) >> 2);
  }
}

/** What goes on behind blanks has a part that has to be there before it does. */
const WIDE = 1200;
const NOWHERE = [0, 0] as const;

/** A blank or a quotation mark, or a control character. */
function isBorder(unit: number): boolean {
  return unit <= 0x22 || unit === 0x27;
}

/** `Api`, `api`, `API`, and not what two words make where they meet (`SwapInt`). */
function isOneCase(text: string, index: number): boolean {
  const [first, second] = [isUpper(text.charCodeAt(index)), isUpper(text.charCodeAt(index + 1))];
  return second === isUpper(text.charCodeAt(index + 2)) && (first || !second);
}

function isUpper(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a;
}

/** `eyJ` and what follows it in every header. */
const SHORTEST_JWT_HEADER = 18;
const JWT = 'eyJ';
const JWT_UNIT = new Uint8Array(128);
for (const unit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-') JWT_UNIT[unit.charCodeAt(0)] = 1;

/**
 * What a JWT may begin with stands in one as well (`-eyJ-eyJ-…`), and what decides is the same for all of them: what follows behind their
 * header. Each looks at thousands of characters, so two are enough.
 */
class Jwts {
  #until = 0;

  isTried(text: string, start: number): boolean {
    // In another case it is none.
    if (start < this.#until || !text.startsWith(JWT, start)) return true;
    const before = text[start - 1];
    // Inside of a word none begins.
    if (before !== undefined && before !== '-' && isOfHeader(before.charCodeAt(0))) return true;
    let end = start;
    while (end < text.length && isOfHeader(text.charCodeAt(end))) end++;
    // What stands in front of one may have made it look like none: the last of them is tried as well.
    let last = end - SHORTEST_JWT_HEADER;
    while (last > start && !text.startsWith(JWT, last)) last--;
    this.#until = Math.max(start + 1, last);
    return false;
  }
}

function isOfHeader(unit: number): boolean {
  return JWT_UNIT[unit] === 1;
}

function startOf(text: string, index: number, { before }: TokenRule): number {
  if (before !== undefined) return Math.max(0, index - before);
  let start = index;
  while (start > 0 && index - start < MAX_DIGITS && isDigit(text.charCodeAt(start - 1))) start--;
  return start;
}

const MAX_DIGITS = 16;

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** Behind a beginning stands a token, and no word or name: of digits and letters that change often. */
function looksRandom(text: string, from: number, to: number, { prefix }: TokenRule): boolean {
  if (prefix === 0) return true;
  const rest = text.slice(from + prefix, Math.min(to, from + prefix + LOOKED_AT));
  return /\d.*\d/.test(rest) && mixtureOf(rest) >= LEAST_MIXTURE;
}

const LOOKED_AT = 64;
/** Three quarters of what random lower case with digits has; words with a number have less. */
const LEAST_MIXTURE = 0.25;

function isReal(value: string, entropy: number): boolean {
  if (checksumHolds(value) === true) return true;
  return !isPlaceholder(value) && (entropy === 0 || entropyOf(value) >= entropy);
}

/** `scheme://user:password@host` (RFC 3986 §3.2.1). */
const USER_INFO = /[^\s/?#@:"'<>`]{0,128}:([^\s/?#@"'<>`]{3,256})@[\w.[-]/y;
/** In units of work. */
const COST_OF_URL = 20;
const TYPICAL =
  /^(?:abc|xyz|123|1234|pass|password|passwd|pw|pwd|secret|token|user|username|host|port|test|root|admin|postgres|guest|anon\w*|foo|bar|\d{1,5})$/i;

function lookAtUrls(text: string, found: Secret[], work: Work): void {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    if (!work.spend(COST_OF_URL)) return;
    USER_INFO.lastIndex = at + 3;
    const password = USER_INFO.exec(text)?.[1];
    if (password === undefined || TYPICAL.test(password) || isPlaceholder(password)) continue;
    const end = USER_INFO.lastIndex - 2;
    found.push({ rule: 'url-password', start: end - password.length, end });
  }
}

/** No value that a name makes a secret is longer. */
const MOST_NAMED = 256;

/** Read as the assignment that it is. */
function lookAtMember(text: string, key: string, found: Secret[], sought: SecretsSought): void {
  if (text.length > MOST_NAMED || key.length > MOST_NAMED || !LITERALS.isIn(key) || /[\s"]/.test(text)) return;
  const before = `${key}="`;
  const assigned: Secret[] = [];
  new Scan(`${before}${text}"`, assigned, sought).run();
  for (const { rule, start, end } of assigned) {
    const [from, to] = [start - before.length, end - before.length];
    if (from >= 0 && to <= text.length) found.push({ rule, start: from, end: to });
  }
}

/** Of two over the same characters the one that knows more, else the longer one. */
function withoutOverlaps(found: Secret[]): Secret[] {
  const ranked = found.toSorted((a, b) => a.start - b.start || rank(a) - rank(b) || b.end - a.end);
  const kept: Secret[] = [];
  for (const secret of ranked) {
    const last = kept.at(-1);
    if (last === undefined || secret.start >= last.end) kept.push(secret);
    else if (rank(secret) < rank(last))
      kept[kept.length - 1] = { ...secret, start: last.start, end: Math.max(last.end, secret.end) };
  }
  return kept;
}

function rank({ rule }: Secret): number {
  return rule === GENERIC ? 1 : 0;
}
