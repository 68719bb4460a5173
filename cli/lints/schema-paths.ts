/**
 * Whether a tool has the argument that a rule speaks of, by its inputSchema: JSON Schema as tools are listed with, as far as it says what
 * is not there. Where it leaves that open nothing is known.
 */
import { unescapePart } from '../../core/json-pointer.ts';
import { fold } from '../../core/mcp/fold.ts';
import { isObject, type JsonObject } from '../../core/mcp/message.ts';

export type Placed =
  | { readonly kind: 'open' }
  /** Every schema that the value may have to fit. */
  | { readonly kind: 'found'; readonly schemas: readonly JsonObject[] }
  /** `siblings`: what is there instead of the part that is not. */
  | { readonly kind: 'missing'; readonly part: string; readonly siblings: readonly string[] };

const OPEN: Placed = { kind: 'open' };
/** References and alternatives inside of each other. */
const MAX_DEPTH = 16;
/** Of schemas that are looked at for one argument: alternatives that refer to each other multiply. */
const MAX_LOOKS = 10_000;

/** `name`: of a parameter, or a JSON Pointer in which `*` stands for every entry, as in rules. */
export function findArgument(inputSchema: unknown, name: string): Placed {
  const steps = name.startsWith('/') ? name.slice(1).split('/').map(unescapePart) : [name];
  return isObject(inputSchema) ? new Search(inputSchema).below(inputSchema, steps, 0) : OPEN;
}

class Search {
  readonly #root: JsonObject;
  #looks = 0;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  below(schema: JsonObject, steps: readonly string[], depth: number): Placed {
    if (depth > MAX_DEPTH || ++this.#looks > MAX_LOOKS) return OPEN;
    const { $ref: reference, anyOf, oneOf, allOf } = schema;
    if (reference !== undefined) {
      const target = typeof reference === 'string' ? this.#resolve(reference) : undefined;
      return target === undefined ? OPEN : this.below(target, steps, depth + 1);
    }
    for (const alternatives of [anyOf, oneOf, allOf]) {
      if (Array.isArray(alternatives)) return this.#amongAll(schema, alternatives.filter(isObject), steps, depth);
    }
    return this.#plain(schema, steps, depth);
  }

  /** Of alternatives and of parts the argument has to be in one. */
  #amongAll(schema: JsonObject, parts: readonly JsonObject[], steps: readonly string[], depth: number): Placed {
    const { anyOf: _, oneOf: __, allOf: ___, ...own } = schema;
    const all = [...parts.filter((part) => !isNull(part)), ...('properties' in own ? [own] : [])];
    const placed = all.map((part) => this.below(part, steps, depth + 1));
    const found = placed.flatMap((one) => (one.kind === 'found' ? one.schemas : []));
    if (found.length > 0) return { kind: 'found', schemas: found };
    const missing = placed.flatMap((one) => (one.kind === 'missing' ? [one] : []));
    const [first] = missing;
    if (first === undefined || missing.length < placed.length) return OPEN;
    return { ...first, siblings: missing.flatMap(({ siblings }) => siblings) };
  }

  #plain(schema: JsonObject, steps: readonly string[], depth: number): Placed {
    const [step, ...rest] = steps;
    if (step === undefined) return { kind: 'found', schemas: [schema] };
    const { items, properties, additionalProperties, patternProperties } = schema;
    // A list on the way need not be named.
    if (isObject(items)) return this.below(items, step === '*' || /^\d+$/.test(step) ? rest : steps, depth + 1);
    const known = isObject(properties) ? properties : {};
    const isMap = properties === undefined && isObject(additionalProperties);
    if (properties === undefined && !isMap) return OPEN;
    if (step === '*' && !isMap) return OPEN;
    const key = Object.keys(known).find((one) => fold(one) === fold(step));
    const inner = key === undefined ? additionalProperties : known[key];
    if (isObject(inner)) return this.below(inner, rest, depth + 1);
    if (key !== undefined || additionalProperties === true || patternProperties !== undefined) return OPEN;
    return { kind: 'missing', part: step, siblings: Object.keys(known) };
  }

  /** In the schema itself; others are not fetched. */
  #resolve(reference: string): JsonObject | undefined {
    if (!reference.startsWith('#')) return undefined;
    let at: unknown = this.#root;
    for (const part of reference.split('/').slice(1)) at = isObject(at) ? at[unescapePart(part)] : undefined;
    return isObject(at) ? at : undefined;
  }
}

function isNull({ type, const: only }: JsonObject): boolean {
  return type === 'null' || only === null;
}
