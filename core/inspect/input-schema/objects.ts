/** Keywords of JSON Schema for objects. */
import { escapePart } from '../../json-pointer.ts';
import type { JsonObject } from '../../mcp/message.ts';
import type { Prepared } from './prepared.ts';
import { inside, type Place, quietly, type Run, wrong } from './run.ts';

export function isObjectOf(run: Run, schema: Prepared, value: JsonObject, place: Place): boolean {
  const keys = Object.keys(value);
  const { minProperties = 0, maxProperties = Infinity } = schema;
  if (keys.length < minProperties || keys.length > maxProperties) {
    const bound = keys.length > maxProperties ? `at most ${maxProperties}` : `at least ${minProperties}`;
    if (!wrong(place, 'properties', `It must have ${bound} members.`)) return false;
  }
  if (!hasAll(run, schema, value, place)) return false;
  for (const [key, other] of schema.dependentSchemas ?? []) {
    if (Object.hasOwn(value, key) && !run.holds(other, value, place) && place.report === undefined) return false;
  }
  for (const key of keys) {
    if (!isMember(run, schema, key, value[key], place) && place.report === undefined) return false;
    if (run.isOver) return true;
  }
  return isRest(run, schema.unevaluatedProperties, value, place);
}

function hasAll(run: Run, { required = [], dependentRequired }: Prepared, value: JsonObject, place: Place): boolean {
  const needed = [...required];
  for (const [key, names] of dependentRequired ?? []) if (Object.hasOwn(value, key)) needed.push(...names);
  for (const name of needed) {
    if (!run.afford(2)) return true;
    if (Object.hasOwn(value, name)) continue;
    if (!wrong(place, 'missing', 'It is missing; call again with it.', `/${escapePart(name)}`)) return false;
  }
  return true;
}

function isMember(run: Run, schema: Prepared, key: string, value: unknown, place: Place): boolean {
  const { properties, patternProperties = [], additional, names } = schema;
  if (names !== undefined && !run.holds(names, key, quietly(place)))
    return wrong(place, 'unknown', 'The schema of the tool does not allow this name.', `/${escapePart(key)}`);
  const meant: Prepared[] = [];
  const own = properties?.get(key);
  if (own !== undefined) meant.push(own);
  for (const [pattern, other] of patternProperties) if (run.matches(pattern, key)) meant.push(other);
  if (meant.length === 0 && additional !== undefined) meant.push(additional);
  if (meant.length > 0) place.seen?.add(key);
  let isFine = true;
  for (const one of meant) isFine = run.holds(one, value, inside(place, escapePart(key))) && isFine;
  return isFine;
}

function isRest(run: Run, schema: Prepared | undefined, value: JsonObject, place: Place): boolean {
  if (schema === undefined) return true;
  for (const [key, inner] of Object.entries(value)) {
    if (place.seen?.has(key) === true) continue;
    place.seen?.add(key);
    if (!run.holds(schema, inner, inside(place, escapePart(key))) && place.report === undefined) return false;
  }
  return true;
}
