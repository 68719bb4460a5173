/** The two files in which definitions are kept: what the server has listed, which the gate writes, and what a person has accepted. */
import { DEFINITION_KINDS, type DefinitionKind } from '../../core/inspect/definitions/definition.ts';
import { isObject, type JsonObject } from '../../core/mcp/message.ts';
import { parseJson } from '../../core/mcp/parse-json.ts';

export const SEEN_FILE = 'definitions.jsonl';
export const ACCEPTED_FILE = 'accepted.jsonl';

export interface DefinitionName {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly digest: string;
}

export type DefinitionLine =
  /** The server has listed it so; the last line of a name is what it says now. */
  | { readonly said: 'seen'; readonly of: DefinitionName; readonly definition: JsonObject }
  /** The first use of a name: what changes later is told by it. */
  | { readonly said: 'first'; readonly of: DefinitionName }
  /** `definition`: as it was then, to show later what has changed since. */
  | { readonly said: 'accepted'; readonly of: DefinitionName; readonly definition: JsonObject | undefined };

/** Without a line end. */
export function writeLine(
  said: DefinitionLine['said'],
  { kind, name, digest }: DefinitionName,
  definition?: unknown,
): string {
  return JSON.stringify({ [said]: { kind, name, digest, definition } });
}

/** What is not wholly as it was written, such as the last line of a process that was killed, is passed over. */
export function readLines(text: string): DefinitionLine[] {
  return text.split('\n').flatMap((line) => lineIn(line) ?? []);
}

function lineIn(line: string): DefinitionLine | undefined {
  let entry: unknown;
  try {
    entry = parseJson(line);
  } catch {
    return undefined;
  }
  if (!isObject(entry)) return undefined;
  for (const said of ['seen', 'first', 'accepted'] as const) {
    const of = nameIn(entry[said]);
    if (of === undefined) continue;
    const { definition } = entry[said] as JsonObject;
    const kept = isObject(definition) ? definition : undefined;
    if (said === 'first') return { said, of };
    if (said === 'accepted') return { said, of, definition: kept };
    return kept === undefined ? undefined : { said, of, definition: kept };
  }
  return undefined;
}

function nameIn(value: unknown): DefinitionName | undefined {
  if (!isObject(value)) return undefined;
  const { kind, name, digest } = value;
  const known = DEFINITION_KINDS.find((one) => one === kind);
  return known !== undefined && typeof name === 'string' && typeof digest === 'string'
    ? { kind: known, name, digest }
    : undefined;
}
