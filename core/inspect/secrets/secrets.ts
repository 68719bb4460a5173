/**
 * Secrets: tokens, keys and passwords that stand in a text. One scan finds the literals that any rule begins with, and only the rules of
 * a literal look at the place where it stands, each at a bounded number of characters: linear in the length of the text.
 */
import { isNoSecretName, secretEnd } from './assigned.ts';
import { assignmentAt } from './assignments.ts';
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

/** `key`: of the member whose value the text is, where it is one. In the order of the text, none over another. */
export function findSecrets(text: string, key?: string): readonly Secret[] {
  if (text.length < SHORTEST_SECRET) return NONE;
  const found: Secret[] = [];
  scan(text, found);
  lookAtUrls(text, found);
  if (key !== undefined && found.length === 0) lookAtMember(text, key, found);
  return found.length < 2 ? found : withoutOverlaps(found);
}

function scan(text: string, found: Secret[]): void {
  LITERALS.lastIndex = 0;
  const tried = new Tried();
  for (let hit = LITERALS.exec(text); hit !== null; hit = LITERALS.exec(text)) {
    const { index } = hit;
    const place = PLACES.get(hit[0].toLowerCase());
    LITERALS.lastIndex = (place === undefined ? undefined : lookAt(text, index, place, found, tried)) ?? index + 1;
  }
}

/** Where to go on, if not at the next character. */
function lookAt(text: string, index: number, place: Place, found: Secret[], tried: Tried): number | undefined {
  for (const rule of place.tokens) {
    const start = startOf(text, index, rule);
    if (rule.id === 'jwt' && tried.isJwtTried(text, start)) continue;
    rule.pattern.lastIndex = start;
    const span = rule.hasGroup ? rule.pattern.exec(text)?.indices?.[1] : undefined;
    if (rule.hasGroup ? span === undefined : !rule.pattern.test(text)) continue;
    const [from, to] = span ?? [start, rule.pattern.lastIndex];
    if (!isReal(text.slice(from, to), rule.entropy) || !looksRandom(text, from + rule.prefix, to, rule)) continue;
    found.push({ rule: rule.id, start: from, end: to });
    return Math.max(to, index + 1);
  }
  if (place.names.length === 0 && !place.isWord) return undefined;
  const assignment = assignmentAt(text, index);
  if (assignment === undefined) return undefined;
  const { at } = assignment;
  for (const rule of place.names) {
    // Of a vendor's names, too, most are of what is no secret: `heroku_app_id`.
    if (!rule.isId && isNoSecretName(assignment.name)) continue;
    rule.pattern.lastIndex = at;
    if (!rule.pattern.test(text)) continue;
    const end = rule.pattern.lastIndex;
    const value = text.slice(at, end);
    // A name of a place, a person or a product has no digits in it.
    if (!/\d/.test(value) || !isReal(value, Math.max(rule.entropy, 2.5))) continue;
    found.push({ rule: rule.id, start: at, end });
    return at;
  }
  // Inside of what is one already, the rest of it is none.
  const last = found.at(-1);
  if (last?.rule === GENERIC && index < last.end) return undefined;
  const end = place.isWord && isOneCase(text, index) ? secretEnd(text, assignment) : undefined;
  if (end === undefined || isPlaceholder(text.slice(at, end))) return undefined;
  found.push({ rule: GENERIC, start: at, end });
  // It may be of a kind that is known.
  return at;
}

/** `Api`, `api`, `API`, and not what two words make where they meet (`SwapInt`). */
function isOneCase(text: string, index: number): boolean {
  return (
    isUpper(text.charCodeAt(index + 1)) === isUpper(text.charCodeAt(index + 2)) &&
    !(isUpper(text.charCodeAt(index + 1)) && !isUpper(text.charCodeAt(index)))
  );
}

function isUpper(unit: number): boolean {
  return unit >= 0x41 && unit <= 0x5a;
}

/** `eyJ` and what follows it in every header. */
const SHORTEST_JWT_HEADER = 18;
const JWT_UNIT = new Uint8Array(128);
for (const unit of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-') JWT_UNIT[unit.charCodeAt(0)] = 1;

/**
 * What a JWT may begin with stands in one as well (`-eyJ-eyJ-…`), and what decides is the same for all of them: what follows behind their
 * header. Each looks at thousands of characters, so two are enough.
 */
class Tried {
  #until = 0;

  isJwtTried(text: string, start: number): boolean {
    if (start < this.#until) return true;
    const before = text[start - 1];
    // Inside of a word none begins.
    if (before !== undefined && before !== '-' && isOfHeader(before.charCodeAt(0))) return true;
    let end = start;
    while (end < text.length && isOfHeader(text.charCodeAt(end))) end++;
    // What stands in front of one may have made it look like none: the last of them is tried as well.
    this.#until = Math.max(start + 1, text.lastIndexOf('eyJ', end - SHORTEST_JWT_HEADER));
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
  const rest = text.slice(from, Math.min(to, from + LOOKED_AT));
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
const TYPICAL =
  /^(?:abc|xyz|123|1234|pass|password|passwd|pw|pwd|secret|token|user|username|host|port|test|root|admin|postgres|guest|anon\w*|foo|bar|\d{1,5})$/i;

function lookAtUrls(text: string, found: Secret[]): void {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
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
function lookAtMember(text: string, key: string, found: Secret[]): void {
  LITERALS.lastIndex = 0;
  if (text.length > MOST_NAMED || key.length > MOST_NAMED || !LITERALS.test(key) || /[\s"]/.test(text)) return;
  const before = `${key}="`;
  const assigned: Secret[] = [];
  scan(`${before}${text}"`, assigned);
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
