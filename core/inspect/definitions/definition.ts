/** What a server says of itself and of what it offers, as a model reads it: one entry of a list, or the instructions of the server. */
import { canonicalJson } from '../../canonical-json.ts';
import { sha256 } from '../../digest.ts';

/** `resource` is data more than definition: it is inspected, and never pinned. */
export const DEFINITION_KINDS = ['tool', 'prompt', 'resourceTemplate', 'resource', 'instructions'] as const;
export type DefinitionKind = (typeof DEFINITION_KINDS)[number];

export interface Definition {
  readonly kind: DefinitionKind;
  /** Name of the tool or prompt, URI or template of the resource; empty for the instructions, of which a server has one. */
  readonly name: string;
  /** The entry as its server listed it; of instructions `{instructions}`. */
  readonly value: JsonObject;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Lists that JSON Schema takes for sets (2020-12 Validation §6.1.1, §6.5.3): some servers write them in another order each time. */
const SETS: ReadonlySet<string> = new Set(['required', 'type']);
const SCHEMAS: ReadonlySet<string> = new Set(['inputSchema', 'outputSchema']);
/** Of these the members are names, not keywords, so that a property may be called `required`. */
const BY_NAME: ReadonlySet<string> = new Set(['properties', 'patternProperties', '$defs', 'definitions']);
/** What a schema holds as data. */
const DATA: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples']);

/**
 * `sha256:…` of a definition: of its RFC 8785 text, so that neither the order of keys nor the spelling of numbers counts, nor that of a
 * list which means a set. Everything else does, what this version does not know and `_meta` too: clients show or follow some of it
 * (templates of user interfaces among others), and what a person has accepted is what was there.
 */
export function definitionDigest({ kind, value }: Pick<Definition, 'kind' | 'value'>): string {
  const definition: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) definition[key] = SCHEMAS.has(key) ? inSchema(member) : member;
  return sha256(canonicalJson({ definition, kind }));
}

function inSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSchema);
  if (typeof value !== 'object' || value === null) return value;
  return mapMembers(value, (key, member) => {
    if (SETS.has(key) && isListOfStrings(member)) return member.toSorted();
    if (BY_NAME.has(key) && typeof member === 'object' && member !== null && !Array.isArray(member))
      return mapMembers(member, (_, schema) => inSchema(schema));
    return DATA.has(key) ? member : inSchema(member);
  });
}

function mapMembers(object: object, map: (key: string, member: unknown) => unknown): Record<string, unknown> {
  // Not by assignment: `__proto__` may be the name of a parameter.
  return Object.fromEntries(Object.entries(object).map(([key, member]) => [key, map(key, member)]));
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
