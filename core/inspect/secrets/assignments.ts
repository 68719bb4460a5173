/** Where a name is given a value: `api_key = …`, `"token": "…"`, `Authorization: Bearer …`, `?access_token=…`, `--api-key …`. */

/** Rest of the name, quotes, operator, quotes (gitleaks, cmd/generate/config/utils); from the word that speaks of secrets. */
const ASSIGNMENT =
  /[ \t\w.-]{1,40}\\{0,3}["'\])]{0,2}\s{0,3}(?:=>|:{1,3}=|\?=|\|\||=|>|:|,|\bis\b)[`'"\s=(]{0,5}(?:\\{1,3}["'])?/y;
/**
 * Name and value as two members of one thing: `<add key="NAME" value="…"/>`, `{"name": "NAME", "value": "…"}`, `- name: NAME` over
 * `value: …`, `variable "name" { default = "…" }`, as the cells of a table, and in a sentence: "set `NAME` to `…`". From the end of the name.
 */
const MEMBER =
  /["'`]{0,2}(?:[\s,{]{1,40}["']?(?:value|default|val)["']?\s{0,3}[:=]\s{0,3}|\s{1,3}(?:to|as|of|=)\s{1,3}(?=["'`])|\s{0,20}\|\s{0,20})["'`]?/iy;
/** `--api-key …`, `ENV API_KEY …`, `SetApiKey("…")`, `PASSWORD '…'`; from the end of the name. */
const ARGUMENT = / {1,3}["'`]?|\(\s{0,3}["'`]/y;
const SCHEME = /(?:Basic|Bearer|Token|ApiKey|Digest)\s{1,3}/iy;

export interface Assignment {
  /** In lower case, with what stands around it: behind a colon where it is the end of a longer one (`AWS::Secret`). */
  readonly name: string;
  /** Where the value begins. */
  readonly at: number;
  readonly isQuoted: boolean;
}

/** The assignment whose name has a word at `index`; undefined where none follows. */
export function assignmentAt(text: string, index: number): Assignment | undefined {
  ASSIGNMENT.lastIndex = index;
  if (!ASSIGNMENT.test(text)) return besideAt(text, index);
  let at = ASSIGNMENT.lastIndex;
  const start = startOfName(text, index);
  const isQualified = start > 1 && text[start - 1] === ':' && /[\w:]/.test(text[start - 2] as string);
  const name = text.slice(isQualified ? start - 1 : start, at).toLowerCase();
  // Part of a longer name, `arn:aws:…:secret:…`.
  if (isQualified && /^:[\w.-]*:$/.test(name)) return undefined;
  SCHEME.lastIndex = at;
  if (SCHEME.test(text)) at = SCHEME.lastIndex;
  const quote = text[at - 1];
  const isQuoted = quote === '"' || quote === "'" || quote === '`';
  if (!COMMA.test(name)) return { name, at, isQuoted };
  // Between words a comma says nothing, and between two members it may not be the name that has the value.
  return memberAt(text, index) ?? (isQuoted ? { name, at, isQuoted } : undefined);
}

function memberAt(text: string, index: number): Assignment | undefined {
  const end = endOfName(text, index);
  if (end === undefined) return undefined;
  MEMBER.lastIndex = end;
  return MEMBER.test(text) ? beside(text, index, MEMBER.lastIndex) : undefined;
}

/** Undefined where it is longer than names are. */
function endOfName(text: string, index: number): number | undefined {
  let end = index;
  while (end < text.length && isOfName(text.charCodeAt(end))) if (++end - index > MAX_NAME) return undefined;
  return end;
}

/** Without an operator between: as a member beside the name, or as an argument. */
function besideAt(text: string, index: number): Assignment | undefined {
  const member = memberAt(text, index);
  if (member !== undefined) return member;
  const end = endOfName(text, index);
  if (end === undefined) return undefined;
  ARGUMENT.lastIndex = end;
  if (!ARGUMENT.test(text)) return undefined;
  const found = beside(text, index, ARGUMENT.lastIndex);
  return found.isQuoted || OPTION.test(text.slice(startOfName(text, index), ARGUMENT.lastIndex)) ? found : undefined;
}

function beside(text: string, index: number, at: number): Assignment {
  const [name = ''] = NAME.exec(text.slice(startOfName(text, index), at)) ?? [];
  const quote = text[at - 1];
  return { name: `${name.toLowerCase()}:`, at, isQuoted: quote === '"' || quote === "'" || quote === '`' };
}

const NAME = /^[\w.-]*/;

/** Of a command or an environment; any other word may stand in front of any other. */
const OPTION =
  /^(?:--?[a-z][\w-]{0,40}(?:key|token|secret|pass|password|passwd|passphrase|pwd|auth|credentials?)|[A-Z][A-Z0-9_]{0,40}_(?:KEY|TOKEN|SECRET|PASS|PASSWORD|PASSWD|PASSPHRASE|PWD|AUTH|CREDENTIALS?)) {1,3}$/;

/** Of what the rest of a name and the blanks behind it are made of: so often it may be looked for what assigns. */
export function lengthOfName(text: string, index: number): number {
  let end = index;
  while (end < text.length && end - index < MAX_NAME && isOfRest(text.charCodeAt(end))) end++;
  return end - index;
}

function isOfRest(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || isOfName(unit);
}

const COMMA = /,[\s"'`]*$/;
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
