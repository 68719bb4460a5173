/**
 * What is assigned to a name that speaks of secrets. Nothing about such a value says that it is a secret but how random it is, so here
 * lies the balance between what is missed and what is only an identifier: hashes, UUIDs, file names, cursors and versions are none,
 * unless the name leaves no doubt.
 */
import type { Assignment } from './assignments.ts';
import { entropyOf, mixtureOf } from './entropy.ts';

const VALUE = /[\w.=+/~-]{10,1024}/y;
/** So much of it tells what it is. Values lie in one another (`a_key=b_key=…`): each is judged at the price of this. */
const VALUE_HEAD = /[\w.=+/~-]{10,128}/y;
/** Passwords are made of anything; in quotes it is clear where they end. */
const QUOTED = /[^\s"'`\\<>]{8,64}(?=\\{0,3}["'`])/y;
/** As in connection strings: `Server=db;Password=…;`. */
const IN_LIST = /[^\s"'`\\<>;&,()[\]{}]{8,64}(?=[;&\s<]|$)/y;
/** All of what follows in its line. */
const LINE = /[^\s"'`\\<>(){}]{7,63}[^\s"'`\\<>(){},;](?=[ \t]{0,8}(?:[\r\n]|$))/y;

/** End of the value that is a secret by its name and looks; undefined where it is none. */
export function secretEnd(text: string, assignment: Assignment): number | undefined {
  const end = passwordEnd(text, assignment);
  const { name, at, isQuoted } = assignment;
  VALUE_HEAD.lastIndex = at;
  if (VALUE_HEAD.test(text) && isSecret(name, text.slice(at, VALUE_HEAD.lastIndex), isQuoted)) {
    VALUE.lastIndex = at;
    VALUE.test(text);
    if (text[VALUE.lastIndex] !== '(') return Math.max(VALUE.lastIndex, end ?? 0);
  }
  return end;
}

function passwordEnd(text: string, { name, at, isQuoted }: Assignment): number | undefined {
  if (!PASSWORD_NAME.test(name) || isHarmless(name) || (!isQuoted && !ASSIGNS.test(name))) return undefined;
  for (const pattern of isQuoted ? [QUOTED] : [IN_LIST, LINE]) {
    pattern.lastIndex = at;
    if (!pattern.test(text) || (pattern === LINE && !beginsLine(text, at, name))) continue;
    const end = pattern.lastIndex;
    const value = text.slice(at, end);
    if (name.startsWith(':') && HEX.test(value)) return undefined;
    if (isPassword(value, isQuoted ? 2 : 3)) return end;
  }
  return undefined;
}

/** Nothing but `export`, `set` or `- ` stands before the name in its line. */
function beginsLine(text: string, at: number, name: string): boolean {
  const end = at - name.length;
  return /(?:^|[\n\r])[ \t-]*(?:(?:export|set) )?$/.test(text.slice(Math.max(0, end - MOST_INDENT), end));
}

const MOST_INDENT = 40;
const ASSIGNS = /(?:[=:>]|\bis)\s{0,3}$/;
const PASSWORD_NAME = /passw|passphrase|pass["'`\])]{0,2}\s{0,3}[:=]|pwd|secret/;
/** Said of a secret, and none itself: what it is called, where it is kept, how long it lives; and names of files. */
const ABOUT_SECRET =
  /(?:key|token|secret|credential|pass(?:word|wd|phrase)?|pwd)s?[-_. ]?(?:name|ident|id(?![a-z])|type|count|limit|size|length|ref(?!resh)|arn|hash|digest|checksum|fingerprint|path|file|dir|ur[il]|version|date|time|expir|age(?![a-z])|policy|hint|prompt|label|field|column|usage|budget|manager)|(?<!secret[-_]?)id["'\])\s]{0,3}(?:[:=]|$)|\.(?:[jt]sx?|json|md|py|go|rb|java|ya?ml|txt|toml)\b|public|bypass|compass|passport|passive|passing|author(?!iz)|hash(?!i)|checksum|fingerprint|accessib/;
/** Names of what is shown, counted, looked up or compared, not kept. */
const NO_SECRET =
  /pub[-_.]?key|keyword|keyboard|monkey|tokens|tokeniz|page|cursor|next|csrf|xsrf|digest|sha\d|md5|etag|integrity|primary|foreign|sort|partition|cache|idempot|object|s3[-_.]?key|file|path|url|uri|version|(?<!up)date|(?<!run)time|keychain|keyspace|keyframe|access[-_. ]?(?:level|mode|type|date|group)/;
/** Whatever stands in front of these (`NEXTAUTH_SECRET`, `CACHE_PASSWORD`), they are what is kept. */
const KEPT =
  /secret|passw|passphrase|pwd|api[-_. ]?key|(?:private|access|signing|encryption|master)[-_. ]?key|(?:auth|access|refresh|bearer|bot|api|personal)[-_. ]?token|authorization/;

/** Of a name as `Assignment` has it. */
export function isNoSecretName(name: string): boolean {
  return ABOUT_SECRET.test(name);
}

function isHarmless(name: string): boolean {
  return ABOUT_SECRET.test(name) || (NO_SECRET.test(name) && !KEPT.test(name));
}

/** What is told under these names is a secret, even if it could be a hash or an identifier. */
const SURE =
  /secret|passw|pwd|api[-_. ]?key|apikey|access[-_. ]?key|private[-_. ]?key|(?:auth|access|refresh|bearer|bot|api|personal|session|id)[-_. ]?token|authorization|client[-_. ]?secret|credential|x-[a-z-]{0,20}key|(?:encrypt|encryption|signing|master|app|application|account|storage|consumer|shared|hmac|aes|admin|license|deploy|subscription)[-_. ]?key/;
const TOKEN_NAME = /token["'\s]{0,3}(?:[:=>]|$)/;
const HEX = /^[0-9a-fA-F]+$/;
const UUID = /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/;
const DIGIT = /\d/;
const LETTER = /[A-Za-z]/;
/** A number as programs write it, and a name that ends with one. */
const NUMBER_OR_NAME = /^(?:-?0x[0-9a-fA-F]{1,16}|[A-Za-z]{2,}\d{1,4})$/;
/** A name in a program, a path, a host, a version: words joined by what joins words. */
const JOINED_WORDS = /^[A-Za-z]{2,}(?:[-_./=][A-Za-z]{2,}|[-_./=]\d{1,4})*$/;

/** Least entropy for generic values (gitleaks, generic-api-key). */
const GENERIC_ENTROPY = 3.5;
/** Below it a value of 16 characters and more is made of words; a tenth of what random lower case with digits has lies below. */
const LEAST_MIXTURE = 0.2;
/** Of both cases, where `getUserV2Token` has 0.3 and random base 62 twice that. */
const LEAST_MIXTURE_OF_CASES = 0.35;
const LEAST_MIXTURE_OF_NAMES = 0.5;
/** A word so long is rare, and one with digits in two places of it rarer. */
const LONG = 24;
const LEAST_CHANGES = 3;
const UNBROKEN = /^[A-Za-z0-9]+$/;
const MANY_DIGITS = /\d.*\d.*\d/;

function isSecret(name: string, value: string, isQuoted: boolean): boolean {
  if (isHarmless(name) || !DIGIT.test(value) || !LETTER.test(value)) return false;
  if (UUID.test(value)) return SURE.test(name);
  const isHex = HEX.test(value);
  if (isHex && (name.startsWith(':') || (!SURE.test(name) && !TOKEN_NAME.test(name)))) return false;
  if (JOINED_WORDS.test(value) || NUMBER_OR_NAME.test(value)) return false;
  // Short texts cannot reach the entropy of long ones.
  const least = isHex ? 2.7 : value.length < 16 ? 3 : GENERIC_ENTROPY;
  if (entropyOf(value) < least) return false;
  const mixture = mixtureOf(value);
  if (!/[a-z]/.test(value) || !/[A-Z]/.test(value)) {
    return (
      mixture >= LEAST_MIXTURE ||
      (value.length >= LONG && mixture * (value.length - 1) >= LEAST_CHANGES && UNBROKEN.test(value))
    );
  }
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
