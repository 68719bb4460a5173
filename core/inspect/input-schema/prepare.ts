/**
 * The `inputSchema` of a tool, as its server wrote it → a schema that values can be held against, or why it is none.
 *
 * JSON Schema of 2020-12 and of the drafts before it (4 to 2019-09). Own code, since libraries run the patterns of a schema by an engine
 * that backtracks and follow its references for as long as these go on: both are written by the server here. Nothing is fetched, no
 * code is made, and what a schema costs is bounded. `format` and `content…` say nothing, as in the specification.
 */
import { RE2JS } from 're2js';
import { canonicalJson } from '../../canonical-json.ts';
import { isObject, type JsonObject } from '../../mcp/message.ts';
import type { Prepared, PreparedPattern } from './prepared.ts';
import { resolveReference } from './references.ts';

/** The largest of a thousand tools that were looked at has 700. */
const MAX_SCHEMAS = 5000;
const MAX_DEPTH = 100;
/** Instructions of all patterns together. */
const MAX_PATTERNS = 8192;
const DIALECT = /^https?:\/\/json-schema\.org\/(?:draft-0[467]|draft\/(?:2019-09|2020-12))\/schema#?$/;
/** Before 2019-09 nothing beside a reference counts. */
const REFERENCE_ALONE = /draft-0[467]/;

export type InputSchema =
  | { readonly schema: Prepared; readonly problem?: undefined }
  | { readonly schema?: undefined; readonly problem: string };

/** `problem` is the second half of a sentence. */
export function prepareSchema(written: unknown): InputSchema {
  try {
    return { schema: new Preparation(written).root() };
  } catch (error) {
    if (error instanceof NoSchema) return { problem: error.message };
    throw error;
  }
}

/** What a server wrote is not repeated: it would be read by a model. */
class NoSchema extends Error {
  override readonly name = 'NoSchema';
}

const SINGLE = [
  ['not', 'not'],
  ['if', 'condition'],
  ['then', 'whenSo'],
  ['else', 'otherwise'],
] as const;

class Preparation {
  readonly #written: unknown;
  readonly #known = new Map<object, Prepared>();
  readonly #patterns = new Map<string, PreparedPattern>();
  #instructions = 0;
  #refAlone = false;
  #tracks = false;

  constructor(written: unknown) {
    this.#written = written;
  }

  root(): Prepared {
    const root = this.#written;
    if (isObject(root) && root['$schema'] !== undefined) {
      const dialect = root['$schema'];
      if (typeof dialect !== 'string' || !DIALECT.test(dialect))
        throw new NoSchema('it is of a dialect that is not known');
      this.#refAlone = REFERENCE_ALONE.test(dialect);
    }
    const prepared = this.#schema(root, 0);
    return this.#tracks ? { ...prepared, tracks: true } : prepared;
  }

  #schema(written: unknown, depth: number): Prepared {
    if (written === true) return {};
    if (written === false) return { never: true };
    if (!isObject(written)) throw new NoSchema('a schema in it is neither an object nor true or false');
    const known = this.#known.get(written);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH || this.#known.size >= MAX_SCHEMAS) throw new NoSchema('it is too large or too deep');
    if (typeof written['$id'] === 'string' && written !== this.#written)
      throw new NoSchema('a schema in it has an id of its own');
    if ('$dynamicRef' in written || '$recursiveRef' in written) throw new NoSchema('it has a dynamic reference');
    if ('unevaluatedItems' in written || 'unevaluatedProperties' in written) this.#tracks = true;
    // Known before it is read: it may refer to itself.
    const prepared: Prepared = {};
    this.#known.set(written, prepared);
    this.#reference(written, prepared, depth);
    if (prepared.ref !== undefined && this.#refAlone) return prepared;
    Object.assign(
      prepared,
      this.#values(written),
      numbersOf(written),
      this.#texts(written),
      this.#lists(written, depth),
      this.#objects(written, depth),
      this.#combinations(written, depth),
    );
    return prepared;
  }

  #reference(written: JsonObject, into: Prepared, depth: number): void {
    const reference = written['$ref'];
    if (reference === undefined) return;
    const target = typeof reference === 'string' ? resolveReference(this.#written, reference) : undefined;
    if (target === undefined) throw new NoSchema('it refers to something outside of itself, or to nothing');
    into.ref = this.#schema(target, depth + 1);
  }

  #values({ type, enum: values, const: only, ...others }: JsonObject): Prepared {
    const prepared: Prepared = {};
    if (type !== undefined) prepared.types = new Set(typeof type === 'string' ? [type] : strings(type));
    const sets: ReadonlySet<string>[] = [];
    if (values !== undefined) sets.push(new Set(list(values).map((value) => canonicalJson(value))));
    if (only !== undefined || 'const' in others) sets.push(new Set([canonicalJson(only)]));
    if (sets.length > 0) prepared.values = sets;
    return prepared;
  }

  #texts(written: JsonObject): Prepared {
    const { pattern } = written;
    return {
      ...counts(written, ['minLength', 'maxLength']),
      ...(pattern === undefined ? {} : { pattern: this.#pattern(pattern) }),
    };
  }

  #lists(written: JsonObject, depth: number): Prepared {
    const { items, prefixItems, additionalItems, contains, uniqueItems, unevaluatedItems } = written;
    const prepared: Prepared = counts(written, ['minItems', 'maxItems']);
    const first = Array.isArray(items) ? items : prefixItems;
    const others = Array.isArray(items) ? additionalItems : items;
    if (first !== undefined) prepared.first = this.#schemas(first, depth);
    if (others !== undefined) prepared.items = this.#schema(others, depth + 1);
    if (uniqueItems === true) prepared.unique = true;
    if (unevaluatedItems !== undefined) prepared.unevaluatedItems = this.#schema(unevaluatedItems, depth + 1);
    if (contains === undefined) return prepared;
    const { minContains: min = 1, maxContains: max = Infinity } = written;
    if (typeof min !== 'number' || typeof max !== 'number') throw new NoSchema(MALFORMED);
    return { ...prepared, contains: { schema: this.#schema(contains, depth + 1), min, max } };
  }

  #objects(written: JsonObject, depth: number): Prepared {
    const { properties, patternProperties, additionalProperties, propertyNames, required } = written;
    const prepared: Prepared = counts(written, ['minProperties', 'maxProperties']);
    // In draft 3, which some still write, a boolean beside each property.
    if (required !== undefined && typeof required !== 'boolean') prepared.required = strings(required);
    if (properties !== undefined) prepared.properties = this.#members(properties, depth);
    if (additionalProperties !== undefined) prepared.additional = this.#schema(additionalProperties, depth + 1);
    if (propertyNames !== undefined) prepared.names = this.#schema(propertyNames, depth + 1);
    if (patternProperties !== undefined) {
      const members = this.#members(patternProperties, depth);
      prepared.patternProperties = [...members].map(([pattern, schema]) => [this.#pattern(pattern), schema]);
    }
    if (written['unevaluatedProperties'] !== undefined)
      prepared.unevaluatedProperties = this.#schema(written['unevaluatedProperties'], depth + 1);
    return { ...prepared, ...this.#dependencies(written, depth) };
  }

  /** `dependencies` of the older drafts are either, told apart by their form. */
  #dependencies(
    { dependencies = {}, dependentRequired = {}, dependentSchemas = {} }: JsonObject,
    depth: number,
  ): Prepared {
    const all = [dependencies, dependentRequired, dependentSchemas].flatMap((one) => Object.entries(object(one)));
    if (all.length === 0) return {};
    const names = all.filter(([, value]) => Array.isArray(value)).map(([key, value]) => [key, strings(value)] as const);
    const schemas = all.filter(([, value]) => !Array.isArray(value));
    return {
      dependentRequired: new Map(names),
      dependentSchemas: new Map(schemas.map(([key, value]) => [key, this.#schema(value, depth + 1)])),
    };
  }

  #combinations(written: JsonObject, depth: number): Prepared {
    const { allOf, anyOf, oneOf } = written;
    const prepared: Prepared = {};
    if (allOf !== undefined) prepared.all = this.#schemas(allOf, depth);
    if (anyOf !== undefined) prepared.any = this.#schemas(anyOf, depth);
    if (oneOf !== undefined) prepared.one = this.#schemas(oneOf, depth);
    for (const [keyword, field] of SINGLE) {
      if (written[keyword] !== undefined) prepared[field] = this.#schema(written[keyword], depth + 1);
    }
    return prepared;
  }

  #schemas(written: unknown, depth: number): Prepared[] {
    return list(written).map((one) => this.#schema(one, depth + 1));
  }

  #members(written: unknown, depth: number): Map<string, Prepared> {
    return new Map(Object.entries(object(written)).map(([key, one]) => [key, this.#schema(one, depth + 1)]));
  }

  #pattern(written: unknown): PreparedPattern {
    if (typeof written !== 'string') throw new NoSchema(MALFORMED);
    const known = this.#patterns.get(written);
    if (known !== undefined) return known;
    if (written.length > 1024) throw new NoSchema('a pattern in it is too long');
    const compiled = compilePattern(written);
    const size = compiled?.programSize() ?? 0;
    this.#instructions += size;
    if (compiled === undefined) throw new NoSchema('a pattern in it needs look-around or back-references, or is none');
    if (this.#instructions > MAX_PATTERNS) throw new NoSchema('its patterns take too much to be matched');
    const prepared = { compiled, size };
    this.#patterns.set(written, prepared);
    return prepared;
  }
}

/** Patterns of JSON Schema are those of JavaScript. */
function compilePattern(written: string): RE2JS | undefined {
  try {
    return RE2JS.compile(RE2JS.translateRegExp(written));
  } catch {
    return undefined;
  }
}

const MALFORMED = 'a keyword in it has a value that it cannot have';

function numbersOf(written: JsonObject): Prepared {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = written;
  const prepared: Prepared = {};
  const multipleOf = number(written['multipleOf']);
  const [min, max] = [number(minimum), number(maximum)];
  // Draft 4 says by a boolean that the bound itself is out.
  const above = exclusiveMinimum === true ? min : exclusiveMinimum === false ? undefined : number(exclusiveMinimum);
  const below = exclusiveMaximum === true ? max : exclusiveMaximum === false ? undefined : number(exclusiveMaximum);
  if (min !== undefined) prepared.min = min;
  if (max !== undefined) prepared.max = max;
  if (above !== undefined) prepared.above = above;
  if (below !== undefined) prepared.below = below;
  if (multipleOf !== undefined) prepared.multipleOf = multipleOf;
  return prepared;
}

type Count = 'minLength' | 'maxLength' | 'minItems' | 'maxItems' | 'minProperties' | 'maxProperties';

function counts(written: JsonObject, keywords: readonly Count[]): Prepared {
  const prepared: Prepared = {};
  for (const keyword of keywords) {
    const count = number(written[keyword]);
    if (count !== undefined) prepared[keyword] = count;
  }
  return prepared;
}

function number(value: unknown): number | undefined {
  if (value !== undefined && typeof value !== 'number') throw new NoSchema(MALFORMED);
  return value;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new NoSchema(MALFORMED);
  return value;
}

function strings(value: unknown): readonly string[] {
  const all = list(value);
  if (!all.every((one) => typeof one === 'string')) throw new NoSchema(MALFORMED);
  return all;
}

function object(value: unknown): JsonObject {
  if (!isObject(value)) throw new NoSchema(MALFORMED);
  return value;
}
