/** Which detector looks at a parameter of which type, with the settings that it has where nobody says otherwise. */
import type { Finding } from './finding.ts';
import { inspectToolDefinition } from './definitions/inspect-definition.ts';
import { inspectHiddenText } from './hidden-text.ts';
import { inspectIdentifier } from './identifiers.ts';
import { inspectPath } from './paths.ts';
import { inspectShell } from './shell.ts';
import { inspectSecrets } from './secrets/inspect-secrets.ts';
import { DEFAULT_SQL, inspectSql } from './sql.ts';
import { inspectHost, inspectUrl } from './urls.ts';

export interface ParamSettings {
  /** Absolute POSIX folders that paths have to stay in. */
  readonly roots: readonly string[];
  /** Where there are any, URLs and hosts have to lead to one of them. Default: every public host. */
  readonly hosts?: readonly string[] | undefined;
}

export type InspectParam = (value: string, settings: ParamSettings) => Finding | undefined;

const DETECTORS: ReadonlyMap<string, InspectParam> = new Map<string, InspectParam>([
  ['secret', (value) => inspectSecrets(value)],
  ['path', (value, { roots }) => inspectPath(value, roots)],
  ['url', (value, { hosts }) => inspectUrl(value, { hosts })],
  ['host', (value, { hosts }) => inspectHost(value, { hosts })],
  ['sql', (value) => inspectSql(value, DEFAULT_SQL)],
  ['tool-definition', inspectToolDefinition],
  ['identifier', inspectIdentifier],
  ['text', (value) => inspectHiddenText(value)],
  ['shell', (value) => inspectShell(value, { programs: undefined })],
]);

/** What is found in a text is recorded, and nothing is denied for it (typing/defaults.ts). */
export function isOnlyRecordedIn(param: string): boolean {
  return param === 'text';
}

/** Types that some detector looks at. */
export const DETECTED: readonly string[] = [...DETECTORS.keys()];

/** Undefined for a type that no detector looks at. */
export function detectorOf(param: string): InspectParam | undefined {
  return DETECTORS.get(param);
}
