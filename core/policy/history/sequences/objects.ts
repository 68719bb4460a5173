/** What two calls are about, where they have to be about the same: values at a place, of which only digests are kept. */
import { createHmac } from 'node:crypto';
import { parseStrictJson } from '../../../mcp/json.ts';
import { JsonView } from '../../../mcp/json-view.ts';
import { isObject } from '../../../mcp/message.ts';
import { Meter } from '../../inspection.ts';
import { stepsTo, valuesBelow } from '../../rules/arguments/argument-path.ts';
import type { PlacedValue } from '../../rules/broken.ts';

/** Of one call. */
const MAX_OBJECTS = 64;
/** Steps into a value; one that is wound beyond that has nothing at the place. */
const MAX_STEPS = 20_000;

/** Undefined: something there is no name of a thing, such as a list of lists, or there is too much of it. Empty: nothing is there. */
export type Objects = readonly string[] | undefined;

/** Texts that tell things apart: a number is the same thing as the text of it, as where an id is a number here and a text there. */
export function objectsAt(holder: JsonView | undefined, place: string): Objects {
  if (holder === undefined) return [];
  const root = Object.fromEntries(holder.keys.map((key) => [key, holder.value(key)]));
  const meter = new Meter(MAX_STEPS, () => false);
  const found = placesIn(root, place, meter);
  if (found === undefined || meter.exhausted) return undefined;
  const objects = new Set<string>();
  for (const { value } of found) {
    if (value === undefined) continue;
    const text = textOf(value);
    if (text === undefined) return undefined;
    objects.add(text);
  }
  return objects.size > MAX_OBJECTS ? undefined : [...objects];
}

/** The same of what a server answered: its structured result, or else the first of its texts that is a JSON object. */
export function objectsOfResult(result: JsonView | undefined, place: string): Objects {
  const structured = result?.view('structuredContent');
  return objectsAt(structured ?? writtenIn(result?.value('content')), place);
}

/** Keyed, so that in a store that others can read nobody can try out which object it is, or tell that two callers have the same. */
export function whomWith(whom: string, object: string, secret: Buffer): string {
  return createHmac('sha256', secret).update(`${whom}\n${object}`).digest('base64url').slice(0, 22);
}

function placesIn(root: object, place: string, meter: Meter): PlacedValue[] | undefined {
  try {
    return valuesBelow({ pointer: '', value: root }, stepsTo(place), meter).flatMap(entriesOf);
  } catch {
    // JSON in a text that servers read in more than one way.
    return undefined;
  }
}

/** A list of names is several names. */
function entriesOf(placed: PlacedValue): PlacedValue[] {
  const { value, pointer } = placed;
  return Array.isArray(value) ? value.map((one: unknown) => ({ pointer, value: one })) : [placed];
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  // A larger one may have been another one before it was read.
  return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? String(value) : undefined;
}

function writtenIn(content: unknown): JsonView | undefined {
  if (!Array.isArray(content)) return undefined;
  for (const part of content as unknown[]) {
    const text = isObject(part) && part['type'] === 'text' ? part['text'] : undefined;
    if (typeof text !== 'string' || !text.trimStart().startsWith('{')) continue;
    const bytes = Buffer.from(text);
    if (parseStrictJson(bytes).ok) return JsonView.of(bytes);
  }
  return undefined;
}
