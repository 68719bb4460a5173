/**
 * Is this value a name? Of a branch, a package, a container, a table, a person: whatever a server puts into a command, a template, a
 * path or a query because it takes it for one. Names of real life have blanks, quotes, ampersands and dollars, so that no set of characters
 * tells them apart: what is found is syntax, in the place where somebody would act on it.
 */
import { pilesMarks } from '../piled-marks.ts';
import { findBareCommand, findDisguised } from './bare-commands.ts';
import { findExpression } from './expressions.ts';
import { evidenceOf, type Finding, type Span, wholeSpan } from './finding.ts';
import { findHiddenCharacter } from './hidden-characters.ts';
import { identifierViews } from './identifier-views.ts';
import { findOption } from './options.ts';
import { findSeparator } from './separators.ts';
import { judgeSqlShapes, readSqlShapes, type SqlShapesReading } from './sql-shapes.ts';
import { findSubstitution } from './substitutions.ts';

export const IDENTIFIER_REASONS = [
  'too-long',
  'line-break',
  'hidden-character',
  'piled-marks',
  'malformed-encoding',
  'nested-encoding',
  'option',
  'separator',
  'redirection',
  'substitution',
  'variable',
  'wildcard',
  'template',
  'code',
  'markup',
  'query',
  'climb',
  'sensitive-file',
  'command',
  'disguised-command',
] as const;

export type IdentifierReason = (typeof IDENTIFIER_REASONS)[number];

/** It depends on nothing but the value. */
export interface IdentifierReading {
  readonly value: string;
  readonly problem: IdentifierReason | undefined;
  /** In the value where it was found as it is written, else the whole of it. */
  readonly span: Span | undefined;
  readonly detail: string | undefined;
  /** Asked only where nothing else is wrong. */
  readonly sql: SqlShapesReading | undefined;
  /** What it cost to find this out, in characters gone through. */
  readonly work: number;
}

/** Cursors and signed ids are long and plain; a name with blanks and punctuation that is longer is a text. */
const LONGEST = 4096;
/** Measured: how much a character of a view costs, and a character of the value before there are views. */
const PASSES = 10;
const PASSES_BEFORE = 4;

export function inspectIdentifier(value: string): Finding | undefined {
  return judgeIdentifier(readIdentifier(value));
}

export function judgeIdentifier({ value, problem, span, detail, sql }: IdentifierReading): Finding | undefined {
  if (problem === undefined) return sql === undefined ? undefined : judgeSqlShapes(sql);
  const extra = detail === undefined ? '' : ` (${detail})`;
  return {
    detector: 'identifier',
    reason: problem,
    message: `The name "${evidenceOf(value)}" ${SENTENCES[problem]}${extra}. Send the plain name or id alone.`,
    span,
    evidence: evidenceOf(span === undefined ? value : value.slice(span.start, span.start + 100)),
  };
}

export function readIdentifier(value: string): IdentifierReading {
  if (isPlain(value)) return unfound(value, value.length, undefined);
  if (value.length > LONGEST) return reading(value, 'too-long', value.length, undefined);
  const { views, problem } = identifierViews(value);
  let work = value.length * PASSES_BEFORE;
  for (const { text, derived, bare } of views) {
    work += text.length * PASSES;
    const found = bare ? findInBared(text, value) : findIn(text, derived);
    if (found === undefined) continue;
    const span = text === value && found.end > found.start ? { start: found.start, end: found.end } : wholeSpan(value);
    return reading(value, found.reason, work, span, found.detail);
  }
  return problem === undefined ? readSql(value, work) : reading(value, problem, work, wholeSpan(value));
}

function readSql(value: string, work: number): IdentifierReading {
  const sql = readSqlShapes(value);
  return unfound(value, work + sql.work, sql);
}

function unfound(value: string, work: number, sql: SqlShapesReading | undefined): IdentifierReading {
  return { value, problem: undefined, span: undefined, detail: undefined, sql, work };
}

function reading(
  value: string,
  problem: IdentifierReason,
  work: number,
  span: Span | undefined,
  detail?: string,
): IdentifierReading {
  return { value, problem, span, detail, sql: undefined, work };
}

/** Letters, digits and the punctuation of ids, branches, scoped packages and image names: no view of it is anything else. */
const PLAIN = /^(?:@?[A-Za-z0-9_]|#)[A-Za-z0-9_.,@#=~-]*(?:\/[A-Za-z0-9_@#=~-][A-Za-z0-9_.,@#=~-]*)*$/;
const NOT_PLAIN = /\.\.|__|constructor|etc\/|proc\/|\.ssh|\.aws/;

function isPlain(value: string): boolean {
  return value === '' || (PLAIN.test(value) && !NOT_PLAIN.test(value));
}

interface Found {
  readonly reason: IdentifierReason;
  readonly start: number;
  readonly end: number;
  readonly detail?: string;
}

function findIn(whole: string, derived: boolean): Found | undefined {
  // What tools print ends in a newline, and models paste it.
  const text = whole.trimEnd();
  return (derived ? findHeader(text) : findUnseen(text)) ?? findSyntax(text, derived);
}

function findUnseen(text: string): Found | undefined {
  const line = LINE_BREAK.exec(text);
  if (line !== null) return { reason: 'line-break', start: line.index, end: line.index + line[0].length };
  if (pilesMarks(text)) return { reason: 'piled-marks', start: 0, end: text.length };
  const hidden = NOT_ORDINARY.test(text) ? findHiddenCharacter(text.replaceAll('\t', ' ')) : undefined;
  return hidden === undefined ? undefined : { reason: 'hidden-character', start: 0, end: 0, detail: hidden };
}

/** Spelled as escapes, `\n` may begin the name of a folder; a header behind it is none. */
function findHeader(text: string): Found | undefined {
  const header = HEADER.exec(text);
  return header === null
    ? undefined
    : { reason: 'line-break', start: header.index, end: header.index + header[0].length };
}

const HEADER = /[\r\n][A-Za-z][A-Za-z-]{1,40}:\s/;
const LINE_BREAK = /[\r\n\v\f\u0085\u2028\u2029]+/;
const NOT_ORDINARY = /[^ -~]/;

function findSyntax(text: string, derived: boolean): Found | undefined {
  const option = findOption(text);
  if (option !== undefined) return { reason: 'option', ...option };
  const inside = findExpression(text) ?? findSubstitution(text) ?? findSeparator(text, derived) ?? findPath(text);
  if (inside !== undefined) return inside;
  const command = findBareCommand(text);
  return command === undefined ? undefined : { reason: 'command', ...command };
}

/** Without its quotes a text has lost what told prose from syntax, so only commands are looked for. */
function findInBared(text: string, value: string): Found | undefined {
  const found = findSeparator(text, true) ?? findBareCommand(text);
  if (found === undefined && !findDisguised(text, value)) return undefined;
  return { reason: 'disguised-command', start: 0, end: text.length };
}

const CLIMB = /(?:^|[/\\\s"'=])\.\.(?:[/\\]|$)|[/\\]\.\.(?=[\s"';]|$)/;
const SENSITIVE =
  /[/\\](?:etc[/\\](?:passwd|shadow|gshadow|sudoers|group|hosts|crontab|ssh[/\\])|proc[/\\](?:self|[0-9]{1,10})[/\\]|\.ssh[/\\]|\.aws[/\\]credentials|\.kube[/\\]config|\.git-credentials|\.netrc|\.docker[/\\]config\.json|var[/\\]run[/\\](?:secrets|docker\.sock)|(?:system32[/\\]config|repair)[/\\]sam|boot\.ini|win\.ini)|^(?:file|php|expect|phar|glob|gopher|dict|jar|netdoc|zip|ssh2\.[a-z]{3,8}|compress\.[a-z0-9]{3,8}):\/\//i;

function findPath(text: string): Found | undefined {
  const climb = CLIMB.exec(text);
  if (climb !== null) return { reason: 'climb', start: climb.index, end: climb.index + climb[0].length };
  const file = SENSITIVE.exec(text);
  return file === null ? undefined : { reason: 'sensitive-file', start: file.index, end: file.index + file[0].length };
}

const SENTENCES: Record<IdentifierReason, string> = {
  'too-long': 'is longer than 4096 characters',
  'line-break': 'contains a line break',
  'hidden-character': 'contains an invisible character',
  'piled-marks': 'has more than 30 combining marks in a row',
  'malformed-encoding': 'contains percent escapes that are not valid UTF-8',
  'nested-encoding': 'is percent-encoded more than three times',
  option: 'would be taken for an option of a program',
  separator: 'goes on with a second command',
  redirection: 'redirects to or from a file',
  substitution: 'contains a command or expression that a shell would run',
  variable: 'contains a variable that a shell would replace',
  wildcard: 'contains wildcards that a shell would replace with files of the system',
  template: 'contains an expression of a template language',
  code: 'contains a call that an interpreter would run',
  markup: 'contains active mark-up',
  query: 'contains operators of a query language',
  climb: 'climbs out of a folder with ".."',
  'sensitive-file': 'names a file of the system',
  command: 'is a command line',
  'disguised-command': 'is a command in disguise',
};
