/**
 * Where a check looks: a parameter by its name, or what lies in it by a JSON Pointer (RFC 6901), in which `*` stands for every entry.
 * A list is gone into without being named, because servers take one where one value is asked for; so is JSON inside of a string.
 */
import { fold, workOfFold } from '../../../mcp/fold.ts';
import { escapePart, unescapePart } from '../../../json-pointer.ts';
import { type JsonResult, lookCloser } from '../../../mcp/json.ts';
import type { Meter } from '../../inspection.ts';
import type { PlacedValue } from '../broken.ts';

/** One part of a pointer; `folded` is undefined for every entry. */
export interface Step {
  readonly folded: string | undefined;
  /** As an entry of a list: -1 for none. */
  readonly index: number;
}

const EVERY: Step = { folded: undefined, index: -1 };
const INDEX = /^(?:0|[1-9]\d{0,8})$/;

/** One step for a plain name, which may have any characters. */
export function stepsTo(name: string): readonly [Step, ...Step[]] {
  const [first = name, ...rest] = name.startsWith('/') ? name.slice(1).split('/') : [];
  if (!name.startsWith('/')) return [{ folded: fold(name), index: -1 }];
  return [stepOf(first), ...rest.map(stepOf)];
}

function stepOf(part: string): Step {
  if (part === '*') return EVERY;
  return { folded: fold(unescapePart(part)), index: INDEX.test(part) ? Number(part) : -1 };
}

/** A fold is at least a quarter as long as the key: only `i` with a dot, or two, gets shorter. */
export const FOLD_SHRINKS = 4;

/** All that lies below a value; where something is not there, its place with undefined. Means nothing once `meter` is exhausted. */
export function valuesBelow({ pointer, value }: PlacedValue, steps: readonly Step[], meter: Meter): PlacedValue[] {
  if (steps.length === 0) return [{ pointer, value }];
  const found: PlacedValue[] = [];
  descend(value, steps, 0, pointer, found, meter);
  return found;
}

function descend(
  from: unknown,
  steps: readonly Step[],
  at: number,
  pointer: string,
  into: PlacedValue[],
  meter: Meter,
): void {
  const step = steps[at];
  if (step === undefined) {
    into.push({ pointer, value: from });
    return;
  }
  if (!meter.spend(1)) return;
  const value = typeof from === 'string' ? opened(from, meter) : from;
  if (Array.isArray(value)) {
    const isNamed = step.index < 0 && step.folded !== undefined;
    for (const [index, item] of value.entries()) {
      if (step.index < 0 || step.index === index)
        descend(item, steps, isNamed ? at : at + 1, `${pointer}/${index}`, into, meter);
      if (meter.exhausted) return;
    }
    return;
  }
  let isThere = step.folded === undefined;
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      if (!isMeant(key, step, meter)) continue;
      isThere = true;
      descend(inner, steps, at + 1, `${pointer}/${escapePart(key)}`, into, meter);
      if (meter.exhausted) return;
    }
  }
  if (!isThere) into.push({ pointer: `${pointer}/${escapePart(step.folded ?? '')}`, value: undefined });
}

function isMeant(key: string, { folded }: Step, meter: Meter): boolean {
  if (folded === undefined) return meter.spend(1);
  if (key.length > folded.length * FOLD_SHRINKS) return meter.spend(1) && false;
  return meter.spend(workOfFold(key)) && fold(key) === folded;
}

/** What servers read in more than one way, or some alone: nothing is known of what lies in it. */
class AmbiguousJson extends Error {
  override readonly name = 'ambiguous JSON';
}

/** Python's `json` takes them for numbers. */
const NO_NUMBERS = /-?\bInfinity\b|\bNaN\b/g;

/**
 * A text that holds an object or a list in JSON, as many servers take them; anything else stays what it is. Throws where JSON has a key
 * twice, is nested too deep or is otherwise none that all servers read alike.
 */
function opened(written: string, meter: Meter): unknown {
  const text = written.trim();
  if (!text.startsWith('{') && !text.startsWith('[')) return written;
  if (!meter.spend(written.length)) return written;
  const read = readAlike(text);
  if (read.ok) return read.value;
  if (read.problem !== 'not-json') throw new AmbiguousJson(read.detail);
  const numbered = text.replaceAll(NO_NUMBERS, '0');
  if (numbered === text) return written;
  const lenient = readAlike(numbered);
  if (lenient.ok || lenient.problem !== 'not-json') throw new AmbiguousJson('it has numbers that are none in JSON');
  return written;
}

/** Keys of both cases are looked at, so they may be there. */
function readAlike(text: string): JsonResult {
  return lookCloser(Buffer.from(text), true);
}
