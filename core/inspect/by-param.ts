/** Which detector looks at a parameter of which type, with the settings that it has where nobody says otherwise. */
import type { Finding } from './finding.ts';
import { inspectToolDefinition } from './definitions/inspect-definition.ts';
import { inspectIdentifier } from './identifiers.ts';
import { inspectPath } from './paths.ts';
import { inspectSecrets } from './secrets/inspect-secrets.ts';

export interface ParamSettings {
  /** Absolute POSIX folders that paths have to stay in. */
  readonly roots: readonly string[];
}

export type InspectParam = (value: string, settings: ParamSettings) => Finding | undefined;

const DETECTORS: ReadonlyMap<string, InspectParam> = new Map<string, InspectParam>([
  ['secret', (value) => inspectSecrets(value)],
  ['path', (value, { roots }) => inspectPath(value, roots)],
  ['tool-definition', inspectToolDefinition],
  ['identifier', inspectIdentifier],
]);

/** Undefined for a type that no detector looks at. */
export function detectorOf(param: string): InspectParam | undefined {
  return DETECTORS.get(param);
}
