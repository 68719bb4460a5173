/**
 * What a parameter is where no pack says so. Strongest first: what the tool's JSON Schema says, then its name, and for the few names that
 * mean two things the words of the tool and of the description. A guess: it is never as good as a pack that says it.
 */
import { typeByName } from './by-name.ts';
import type { ParameterType } from './parameter-types.ts';
import { wordsOf } from './words.ts';

export interface Parameter {
  /** Of an item of a list the name of the list, and of a member of an object its own. */
  readonly name: string;
  /** Its part of the tool's `inputSchema`; undefined where nobody has it. */
  readonly schema?: unknown;
  readonly tool?: string | undefined;
}

export interface Inferred {
  readonly type: ParameterType;
  /** Of the name, where that is what said it. */
  readonly ending?: string;
  /** For people: `its format is uri`, `its name ends in "path"`. */
  readonly because: string;
}

/** JSON Schema Validation 2020-12 §7.3. */
const FORMATS: Readonly<Record<string, ParameterType>> = {
  uri: 'url',
  url: 'url',
  iri: 'url',
  hostname: 'host',
  'idn-hostname': 'host',
  ipv4: 'host',
  ipv6: 'host',
  uuid: 'identifier',
  password: 'secret',
  regex: 'code',
};

const SQL_WORDS = new Set([
  'sql',
  'postgre',
  'postgres',
  'postgresql',
  'mysql',
  'mariadb',
  'sqlite',
  'duckdb',
  'clickhouse',
  'snowflake',
  'bigquery',
]);
/** `query` is SQL in tools that have one of these words, and else a search. */
const MEANS_QUERY = new Set(['query', 'statement']);

/** Undefined where nothing is known, which is to say it is a text, and where the schema leaves no choice. */
export function inferType({ name, schema, tool }: Parameter): Inferred | undefined {
  const said = isObject(schema) ? schema : {};
  if (isClosed(said)) return undefined;
  const bySchema = typeBySchema(said);
  if (bySchema !== undefined) return bySchema;
  const byName = typeByName(name);
  if (byName !== undefined) return { ...byName, because: `its name ends in "${byName.ending}"` };
  return typeByTool(name, said, tool);
}

/** One of some words, a number or a yes: whoever calls has no text to say. */
function isClosed({ type, enum: words, const: only }: Record<string, unknown>): boolean {
  const types = Array.isArray(type) ? (type as unknown[]) : [type];
  return words !== undefined || only !== undefined || (type !== undefined && types.every((one) => CLOSED.has(one)));
}

const CLOSED = new Set<unknown>(['number', 'integer', 'boolean', 'null']);

function typeBySchema({ format, contentEncoding, contentMediaType }: Record<string, unknown>): Inferred | undefined {
  if (contentEncoding !== undefined || contentMediaType !== undefined)
    return { type: 'code', because: 'its schema says that it is content' };
  if (typeof format !== 'string' || !Object.hasOwn(FORMATS, format)) return undefined;
  const type = FORMATS[format];
  return type === undefined ? undefined : { type, because: `its format is ${format}` };
}

function typeByTool(
  name: string,
  { description }: Record<string, unknown>,
  tool: string | undefined,
): Inferred | undefined {
  if (!wordsOf(name).some((word) => MEANS_QUERY.has(word))) return undefined;
  if (tool !== undefined && wordsOf(tool).some((word) => SQL_WORDS.has(word)))
    return { type: 'sql', because: `the tool ${JSON.stringify(tool)} speaks SQL` };
  if (typeof description === 'string' && /\bSQL\b/.test(description.slice(0, 1000)))
    return { type: 'sql', because: 'its description speaks of SQL' };
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
