/**
 * Tokens that are taken back before they expire, as a Secret says it: one key an entry, whose name is for people. An entry is about the
 * tokens for which everything holds that it says, so that each word more makes it about fewer.
 */
import { lineSchema } from './common.ts';
import { type Entry, type EntryProblem, entriesIn, entriesOf, readMapping } from './secret-entries.ts';

export interface Revocation {
  /** Of the Secret. */
  readonly key: string;
  /** Default: whoever has issued it. */
  readonly issuer?: string;
  /** Ids of tokens (RFC 7519 §4.1.7). */
  readonly jti?: readonly string[];
  /** Subjects (RFC 7519 §4.1.2), as the token has them. */
  readonly subject?: readonly string[];
  /** Names of callers, as rules and the audit log have them. */
  readonly name?: readonly string[];
  /** Milliseconds since the epoch; a token that does not say when it was issued was issued before. */
  readonly issuedBefore?: number;
}

export interface Revocations {
  revocations: Revocation[];
  problems: EntryProblem[];
}

interface SecretTexts {
  readonly data?: Readonly<Record<string, string>> | undefined;
  readonly stringData?: Readonly<Record<string, string>> | undefined;
}

export function readRevocations(secret: SecretTexts): Revocations {
  const { entries, problems } = entriesOf(secret);
  const read = readEntries(entries);
  return { revocations: read.revocations, problems: [...problems, ...read.problems] };
}

/** The same from key and text, as a mounted Secret's directory gives them. */
export function readRevocationEntries(texts: Readonly<Record<string, string>>): Revocations {
  return readEntries(entriesIn(texts));
}

function readEntries(entries: ReadonlyMap<string, Entry>): Revocations {
  const revocations: Revocation[] = [];
  const problems: EntryProblem[] = [];
  for (const [key, { path, text }] of entries) {
    const found: EntryProblem[] = [];
    const revocation = readEntry(key, text, (message, mend) => found.push({ path, message, mend }));
    problems.push(...found);
    // Half of an entry would be about other tokens than the whole.
    if (found.length === 0 && revocation !== undefined) revocations.push(revocation);
  }
  return { revocations, problems };
}

type Complain = (message: string, mend: string) => void;

const LISTS = ['jti', 'subject', 'name'] as const;
const FIELDS: readonly string[] = ['issuer', ...LISTS, 'issuedBefore'];
const MAX_VALUES = 10_000;
/** Of claims that name somebody (RFC 7519 leaves it open). */
const VALUE = lineSchema(2048, 'ada');
const FORM = 'write for example `subject: ada` and `issuer: https://login.example.com`, one field a line';

function readEntry(key: string, text: string, complain: Complain): Revocation | undefined {
  const said = readMapping(text);
  if (said === undefined) {
    complain('the value is not a YAML mapping with jti, subject, name or issuedBefore', FORM);
    return undefined;
  }
  if (Object.keys(said).some((field) => !FIELDS.includes(field)))
    complain(`the value has fields besides ${FIELDS.join(', ')}`, 'remove them');
  const { issuer } = said;
  if (issuer !== undefined && !isValue(issuer))
    complain(
      'issuer is not that of tokens',
      'write it as it stands in their `iss` claim, or leave it out for all issuers',
    );
  const lists = LISTS.flatMap((field) => {
    const values = said[field] === undefined ? undefined : valuesOf(said[field]);
    if (said[field] !== undefined && values === undefined)
      complain(
        `${field} is neither a text nor a list of texts`,
        `write for example \`${field}: [a, b]\`, at most ${MAX_VALUES} of them`,
      );
    return values === undefined ? [] : [[field, values] as const];
  });
  const issuedBefore = said['issuedBefore'] === undefined ? undefined : timeOf(said['issuedBefore']);
  if (said['issuedBefore'] !== undefined && issuedBefore === undefined)
    complain('issuedBefore is not a time', 'write it with its zone (RFC 3339), for example 2026-11-30T10:00:00Z');
  if ([...LISTS, 'issuedBefore'].every((field) => said[field] === undefined))
    complain('says of no token that it is revoked', `${FORM}; for all tokens of an issuer until now, add issuedBefore`);
  return {
    key,
    ...(isValue(issuer) && { issuer }),
    ...Object.fromEntries(lists),
    ...(issuedBefore !== undefined && { issuedBefore }),
  };
}

function valuesOf(value: unknown): string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const isWhole = list.length > 0 && list.length <= MAX_VALUES && list.every(isValue);
  return isWhole ? [...new Set(list)] : undefined;
}

function isValue(value: unknown): value is string {
  return value !== '' && VALUE.safeParse(value).success;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

/** RFC 3339 §5.6. */
function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !TIME.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
