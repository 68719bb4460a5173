/** Keywords of JSON Schema for lists. */
import { sameText } from './json-values.ts';
import type { Prepared } from './prepared.ts';
import { inside, type Place, quietly, type Run, wrong } from './run.ts';

type Values = readonly unknown[];

export function isList(run: Run, schema: Prepared, value: Values, place: Place): boolean {
  const { minItems = 0, maxItems = Infinity, unique, contains } = schema;
  if (value.length < minItems || value.length > maxItems) {
    const bound = value.length > maxItems ? `at most ${maxItems}` : `at least ${minItems}`;
    if (!wrong(place, 'items', `It must have ${bound} entries.`)) return false;
  }
  if (unique === true && repeats(run, value) && !wrong(place, 'items', 'No entry may be there twice.')) return false;
  if (!areEntries(run, schema, value, place)) return false;
  if (contains !== undefined && !containsEnough(run, contains, value, place))
    return wrong(place, 'items', 'It has too few or too many of the entries that the schema of the tool asks for.');
  return isRest(run, schema.unevaluatedItems, value, place);
}

function areEntries(run: Run, { first = [], items }: Prepared, value: Values, place: Place): boolean {
  for (const [index, item] of value.entries()) {
    const schema = index < first.length ? first[index] : items;
    if (schema === undefined) return true;
    place.seen?.add(index);
    if (!run.holds(schema, item, inside(place, index)) && place.report === undefined) return false;
    if (run.isOver) return true;
  }
  return true;
}

function containsEnough(run: Run, contains: NonNullable<Prepared['contains']>, value: Values, place: Place): boolean {
  let count = 0;
  for (const [index, item] of value.entries()) {
    if (!run.holds(contains.schema, item, quietly(place))) continue;
    place.seen?.add(index);
    count++;
  }
  return run.isOver || (count >= contains.min && count <= contains.max);
}

function repeats(run: Run, value: Values): boolean {
  const known = new Set<string>();
  for (const item of value) {
    const text = sameText(item, undefined, (work) => run.afford(work));
    if (text === undefined) return false;
    if (known.has(text)) return true;
    known.add(text);
  }
  return false;
}

function isRest(run: Run, schema: Prepared | undefined, value: Values, place: Place): boolean {
  if (schema === undefined) return true;
  for (const [index, item] of value.entries()) {
    if (place.seen?.has(index) === true) continue;
    place.seen?.add(index);
    if (!run.holds(schema, item, inside(place, index)) && place.report === undefined) return false;
  }
  return true;
}
