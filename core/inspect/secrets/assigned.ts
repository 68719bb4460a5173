/**
 * What is assigned to a name that speaks of secrets: `api_key = …`, `"token": "…"`, `Authorization: Bearer …`, `?access_token=…`. Nothing
 * about such a value says that it is a secret but how random it is, so here lies the balance between what is missed and what is only an
 * identifier: hashes, UUIDs, file names, cursors and versions are none, unless the name leaves no doubt.
 */
import { entropyOf, mixtureOf } from './entropy.ts';

/** Rest of the name, quotes, operator, quotes (gitleaks, cmd/generate/config/utils); from the word that speaks of secrets. */
const ASSIGNMENT = /[ \t\w.-]{1,40}["'\])]{0,2}\s{0,3}(?:=>|:{1,3}=|\?=|\|\||=|>|:|,|\bis\b)[`'"\s=(]{0,5}/y;
const SCHEME = /(?:Basic|Bearer|Token|ApiKey|Digest)\s{1,3}/iy;
const VALUE = /[\w.=+/~-]{10,1024}/y;
/** So much of it tells what it is. Values lie in one another (`a_key=b_key=…`): each is judged at the price of this. */
const VALUE_HEAD = /[\w.=+/~-]{10,128}/y;
/** Passwords are made of anything; in quotes it is clear where they end. */
const QUOTED = /[^\s"'`\\<>]{8,64}(?=["'`])/y;

/** As in connection strings: `Server=db;Password=…;`. */
const IN_LIST = /[^\s"'`\\<>;&,()[\]{}]{8,64}(?=[;&\s]|$)/y;

export interface Assignment {
  /** In lower case, with what stands around it. */
  readonly name: string;
  /** Where the value begins. */
  readonly at: number;
  readonly isQuoted: boolean;
}

/** The assignment whose name has a word at `index`; undefined where none follows. */
export function assignmentAt(text: string, index: number): Assignment | undefined {
  ASSIGNMENT.lastIndex = index;
  if (!ASSIGNMENT.test(text)) return undefined;
  let at = ASSIGNMENT.lastIndex;
  const name = text.slice(Math.max(0, startOfName(text, index)), at).toLowerCase();
  SCHEME.lastIndex = at;
  if (SCHEME.test(text)) at = SCHEME.lastIndex;
  const quote = text[at - 1];
  const isQuoted = quote === '"' || quote === "'" || quote === '`';
  // Between words a comma says nothing.
  return isQuoted || !COMMA.test(name) ? { name, at, isQuoted } : undefined;
}

/** Of what the rest of a name and the blanks behind it are made of: so often it may be looked for what assigns. */
export function lengthOfName(text: string, index: number): number {
  let end = index;
  while (end < text.length && end - index < MAX_NAME && isOfRest(text.charCodeAt(end))) end++;
  return end - index;
}

function isOfRest(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || isOfName(unit);
}

const COMMA = /,\s*$/;
const MAX_NAME = 40;

function startOfName(text: string, index: number): number {
  let start = index;
  while (start > 0 && index - start < MAX_NAME && isOfName(text.charCodeAt(start - 1))) start--;
  return start;
}

function isOfName(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x30 && unit <= 0x39) ||
    unit === 0x5f ||
    unit === 0x2d ||
    unit === 0x2e
  );
}

/** End of the value that is a secret by its name and looks; undefined where it is none. */
export function secretEnd(text: string, { name, at, isQuoted }: Assignment): number | undefined {
  VALUE_HEAD.lastIndex = at;
  if (VALUE_HEAD.test(text) && isSecret(name, text.slice(at, VALUE_HEAD.lastIndex), isQuoted)) {
    VALUE.lastIndex = at;
    VALUE.test(text);
    if (text[VALUE.lastIndex] !== '(') return VALUE.lastIndex;
  }
  if (!PASSWORD_NAME.test(name) || NO_SECRET.test(name)) return undefined;
  const pattern = isQuoted ? QUOTED : name.endsWith('=') ? IN_LIST : undefined;
  if (pattern === undefined) return undefined;
  pattern.lastIndex = at;
  if (!pattern.test(text)) return undefined;
  const end = pattern.lastIndex;
  return isPassword(text.slice(at, end), isQuoted ? 2 : 3) ? end : undefined;
}

const PASSWORD_NAME = /passw|pwd|secret/;
/** Names of what is shown, counted, looked up or compared, not kept. */
const NO_SECRET =
  /public|pub[-_.]?key|author(?!iz)|keyword|keyboard|monkey|tokens|tokeniz|page|cursor|next|csrf|xsrf|hash|digest|checksum|sha\d|md5|etag|integrity|fingerprint|primary|foreign|sort|partition|cache|idempot|object|s3[-_.]?key|file|path|url|uri|version|date|time|(?:key|token|secret|credential)s?[-_. ]?(?:name|id|type|count|limit|size|length|ref|arn)\b|\.(?:[jt]sx?|json|md|py|go|rb|java|ya?ml|txt|toml)\b|keychain|keyspace|keyframe|token[-_]?(?:budget|usage)|accessib|access[-_. ]?(?:level|mode|type|date)/;
/** What is told under these names is a secret, even if it could be a hash or an identifier. */
const SURE =
  /secret|passw|pwd|api[-_. ]?key|apikey|access[-_. ]?key|private[-_. ]?key|(?:auth|access|refresh|bearer|bot|api|personal|session|id)[-_. ]?token|authorization|client[-_. ]?secret|credential|x-[a-z-]{0,20}key/;
const TOKEN_NAME = /token["'\s]{0,3}(?:[:=>]|$)/;
const HEX = /^[0-9a-fA-F]+$/;
const UUID = /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/;
const DIGIT = /\d/;
const LETTER = /[A-Za-z]/;
/** A name in a program, a path, a host, a version: words joined by what joins words. */
const JOINED_WORDS = /^[A-Za-z]{2,}(?:[-_./=][A-Za-z]{2,}|[-_./=]\d{1,4})*$/;

/** Least entropy for generic values (gitleaks, generic-api-key). */
const GENERIC_ENTROPY = 3.5;
/** Below it a value of 16 characters and more is made of words; a tenth of what random lower case with digits has lies below. */
const LEAST_MIXTURE = 0.2;
/** Of both cases, where `getUserV2Token` has 0.3 and random base 62 twice that. */
const LEAST_MIXTURE_OF_CASES = 0.35;
const LEAST_MIXTURE_OF_NAMES = 0.5;
const MANY_DIGITS = /\d.*\d.*\d/;

function isSecret(name: string, value: string, isQuoted: boolean): boolean {
  if (NO_SECRET.test(name) || !DIGIT.test(value) || !LETTER.test(value)) return false;
  if (UUID.test(value)) return SURE.test(name);
  const isHex = HEX.test(value);
  if (isHex && !SURE.test(name) && !TOKEN_NAME.test(name)) return false;
  if (JOINED_WORDS.test(value)) return false;
  // Short texts cannot reach the entropy of long ones.
  const least = isHex ? 2.7 : value.length < 16 ? 3 : GENERIC_ENTROPY;
  if (entropyOf(value) < least) return false;
  const mixture = mixtureOf(value);
  if (!/[a-z]/.test(value) || !/[A-Z]/.test(value)) return mixture >= LEAST_MIXTURE;
  // Names in programs are not quoted, and have few digits: `OAuth2Client`.
  return mixture >= (isQuoted || MANY_DIGITS.test(value) ? LEAST_MIXTURE_OF_CASES : LEAST_MIXTURE_OF_NAMES);
}

const KINDS = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/] as const;

const WORD_AND_NUMBER = /^[A-Za-z]+\d{1,6}$/;

/** As people and generators make them: of three kinds of characters, or of letters and digits in no word. */
function isPassword(value: string, leastKinds: number): boolean {
  if (!DIGIT.test(value) || WORD_AND_NUMBER.test(value) || JOINED_WORDS.test(value)) return false;
  const kinds = KINDS.filter((kind) => kind.test(value)).length;
  return (
    kinds >= leastKinds &&
    LETTER.test(value) &&
    entropyOf(value) >= 2.5 &&
    (kinds > 2 || mixtureOf(value) >= LEAST_MIXTURE)
  );
}
