/**
 * What looks at a value whose type was inferred: the detectors of packs, with settings that hold for whoever says nothing. A guess may be
 * wrong, so each asks only for what is an attack in every value of its type, and none knows what a server may reach.
 */
import type { Finding } from '../finding.ts';
import { type HiddenTextReading, judgeHiddenText, readHiddenText } from '../hidden-text.ts';
import { type IdentifierReading, judgeIdentifier, readIdentifier } from '../identifiers.ts';
import { PathRoots } from '../path-roots.ts';
import { judgePath, type PathReason, readPath } from '../paths.ts';
import { judgeShell, readShell } from '../shell.ts';
import { findSeparator } from '../separators.ts';
import { DEFAULT_SQL, judgeSql, readSql } from '../sql.ts';
import { readHostUrl, readUrl } from '../url-reading.ts';
import { judgeUrl, UrlRules } from '../urls.ts';
import type { ParameterType } from './parameter-types.ts';

/** Reads a value once for all who ask; undefined: there is no time left for it. */
export type ReadOnce = <R extends { readonly work: number }>(
  reader: (value: string) => R,
  value: string,
) => R | undefined;

export type DefaultDetector = (value: string, read: ReadOnce) => Finding | undefined;

/** Whatever leads to another machine, or shows data that it carries itself. What it must not lead to is decided by the host. */
const URL_RULES = new UrlRules({
  schemes: [
    ...['http', 'https', 'ws', 'wss', 'git', 'ssh', 'ftp', 'ftps', 'sftp', 's3', 'gs', 'ipfs', 'data'],
    // They lead to people, names and properties of a search console.
    ...['mailto', 'tel', 'sms', 'urn', 'doi', 'geo', 'magnet', 'sc-domain'],
  ],
});
const HOST_RULES = new UrlRules({});

/** Nobody has said in which folder it has to stay; but whoever hides what a path is has a reason. */
const DISGUISES: ReadonlySet<PathReason> = new Set([
  'hidden-character',
  'piled-marks',
  'nested-encoding',
  'foreign-encoding',
  'disguised-dots',
]);
const ANYWHERE = new PathRoots(['/']);

const DETECTORS: Readonly<Partial<Record<ParameterType, DefaultDetector>>> = {
  url(value, read) {
    // The user of a repository over SSH is always this one, and hides no host.
    const repository = GIT_HOST.exec(value)?.[1];
    if (repository !== undefined) return DETECTORS.host?.(repository, read);
    const reading = read(readUrl, value);
    return reading && judgeUrl(reading, URL_RULES);
  },
  host(value, read) {
    // Of an ingress or a certificate: all below a domain, which is looked at.
    const reading = read(readHostUrl, value.replace(ALL_BELOW, ''));
    return reading && judgeUrl(reading, HOST_RULES, 'host');
  },
  path(value, read) {
    if (CARRIED.test(value)) return undefined;
    const reading = read(readPath, value);
    if (reading === undefined) return undefined;
    if (reading.problem !== undefined && DISGUISES.has(reading.problem)) return judgePath(reading, ANYWHERE);
    // Files may be called nearly anything, but not what a shell or an option parser would act on.
    const name = read(readIdentifier, value);
    return name !== undefined && isCommand(name) ? judgeIdentifier(name) : undefined;
  },
  shell(value, read) {
    const reading = read(readShell, value);
    return reading && judgeShell(reading, undefined);
  },
  sql(value, read) {
    const reading = read(readSql, value);
    return reading && judgeSql(reading, DEFAULT_SQL);
  },
  identifier(value, read) {
    if (CARRIED.test(value)) return undefined;
    // Of a repository or an image both are sent.
    if (URL_AHEAD.test(value)) return DETECTORS.url?.(value, read);
    const reading = read(readIdentifier, value);
    return reading && judgeIdentifier(reading);
  },
  text(value, read) {
    const reading = read(readProse, value);
    return reading && judgeHiddenText(reading);
  },
};

function readProse(value: string): HiddenTextReading {
  return readHiddenText(value);
}

/** People write, and quote, whatever they like: what is found there is recorded, and nothing is denied for it. */
export function isOnlyRecorded(detector: DefaultDetector): boolean {
  return detector === DETECTORS.text;
}

/** `${workspaceFolder}` is replaced by clients, and `*.{js,ts}` by servers. */
function isCommand({ problem, span, value }: IdentifierReading): boolean {
  // `Minutes (draft); final.md`: only what goes on with the name of a program.
  if (problem === 'separator') return findSeparator(value, true) !== undefined;
  if (problem === 'option') return true;
  return problem === 'substitution' && span !== undefined && RUNS.test(value.slice(span.start, span.end));
}

const RUNS = /^(?:\$\(|`)/;
/** The picture itself in the place of its name (RFC 2397). */
const CARRIED =
  /^data:(?:image|audio|video|font|application)\/[a-z0-9.+-]{1,64}(?:;[a-z]{1,16}=[\w.-]{1,64})?;base64,[\w+/=-]*$/i;
const ALL_BELOW = /^\*\.(?=[^*])/;
const GIT_HOST = /^(?:ssh:\/\/)?git@([^/:@]+)[/:]/;
const URL_AHEAD = /^https?:\/\//i;

/** Of what is called a URI, which may have any scheme: `ui://view`, `file:///src/a.ts`. Those that lead to hosts are looked at as URLs. */
function uri(value: string, read: ReadOnce): Finding | undefined {
  return LEADS_TO_HOST.test(value) ? DETECTORS.url?.(value, read) : undefined;
}

/** What curl, PHP and Java know how to connect with, but for files; blanks and backslashes are in front of what hides it. */
const LEADS_TO_HOST =
  /^[\s\\/]*(?:\/\/|(?:https?|wss?|s?ftps?|gophers?|dict|ldaps?|tftp|smb|telnet|imaps?|pop3s?|smtps?|rtsp|jar|netdoc|php|phar|expect|view-source|javascript|data):)/i;

/** Undefined for a type of which nothing is an attack in every value: `code`, and what only a pack knows the bounds of. */
export function defaultDetector(type: ParameterType, ending?: string): DefaultDetector | undefined {
  return ending === 'uri' ? uri : DETECTORS[type];
}
