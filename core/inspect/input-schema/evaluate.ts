/**
 * Holds a value against a prepared schema. What that takes is spent from a budget step by step, since a schema that refers to itself in
 * two ways can ask for more than anybody has time for; once it is used up nothing is known.
 */
import { isObject } from '../../mcp/message.ts';
import { isMultiple, kindsOf, longerThan, sameText, type Spend } from './json-values.ts';
import { isList } from './lists.ts';
import { isObjectOf } from './objects.ts';
import type { Prepared, PreparedPattern } from './prepared.ts';
import { type Place, quietly, type Run, Seen, wrong } from './run.ts';
import { Report, type Violation } from './violation.ts';

/** Of holding one value against one schema, in units of 45 ns (core/policy/inspection.ts); measured, as below. */
const WORK = 8;
const TRACKED_WORK = 16;

/** References that lead on at the same value count too. */
const MAX_DEPTH = 256;

/** `spend`: false once there is nothing left. At most 8 violations; undefined: nothing is known. */
export function violationsOf(schema: Prepared, value: unknown, spend: Spend): readonly Violation[] | undefined {
  const report = new Report();
  const evaluation = new Evaluation(spend);
  try {
    evaluation.holds(schema, value, { pointer: '', report, seen: schema.tracks && new Seen() });
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    report.add('too-deep', '', 'It is nested too deeply to be held against the schema of the tool.');
  }
  return evaluation.isOver ? undefined : report.violations;
}

class TooDeep extends Error {}

class Evaluation implements Run {
  isOver = false;
  readonly #spend: Spend;
  #depth = 0;

  constructor(spend: Spend) {
    this.#spend = spend;
  }

  afford(work: number): boolean {
    if (!this.isOver && !this.#spend(work)) this.isOver = true;
    return !this.isOver;
  }

  holds(schema: Prepared, value: unknown, place: Place): boolean {
    if (!this.afford(place.seen === undefined ? WORK : TRACKED_WORK)) return true;
    if (++this.#depth > MAX_DEPTH) throw new TooDeep();
    const { report } = place;
    const before = report?.violations.length ?? 0;
    const isFine =
      this.#isValue(schema, value, place) &&
      this.#isCombined(schema, value, place) &&
      (!Array.isArray(value) || isList(this, schema, value, place)) &&
      (!isObject(value) || isObjectOf(this, schema, value, place));
    this.#depth--;
    return isFine && (report?.violations.length ?? 0) === before;
  }

  /** By measure, in units of 45 ns, as in core/whole-pattern.ts. */
  matches({ compiled, size }: PreparedPattern, text: string): boolean {
    return !this.afford(8 + text.length * Math.ceil(size / 4)) || compiled.test(text);
  }

  /** False ends it: of a value of another type nothing more is to be said. */
  #isValue(schema: Prepared, value: unknown, place: Place): boolean {
    const { never, types, values = [] } = schema;
    if (never === true) return wrong(place, 'unknown', 'The tool has nothing of this name.') && false;
    if (types !== undefined && !kindsOf(value).some((kind) => types.has(kind)))
      return wrong(place, 'type', `It must be ${described(types)}.`) && false;
    for (const all of values) {
      const text = sameText(value, all, (work) => this.afford(work));
      if (this.isOver) return true;
      if (text === undefined || !all.has(text))
        return wrong(place, 'value', 'It must be one of the values that the schema of the tool lists.') && false;
    }
    if (typeof value === 'number') return isNumber(schema, value, place);
    return typeof value !== 'string' || this.#isText(schema, value, place);
  }

  #isText({ minLength = 0, maxLength = Infinity, pattern }: Prepared, value: string, place: Place): boolean {
    if (longerThan(value, maxLength)) return wrong(place, 'length', `It must be at most ${maxLength} characters long.`);
    if (minLength > 0 && !longerThan(value, minLength - 1))
      return wrong(place, 'length', `It must be at least ${minLength} characters long.`);
    if (pattern === undefined || this.matches(pattern, value)) return true;
    return wrong(place, 'pattern', 'It must match the pattern in the schema of the tool.');
  }

  #isCombined(schema: Prepared, value: unknown, place: Place): boolean {
    const { ref, all = [], any, one, not } = schema;
    if (ref !== undefined && !this.holds(ref, value, place) && place.report === undefined) return false;
    for (const other of all) if (!this.holds(other, value, place) && place.report === undefined) return false;
    const forms = 'of the forms that the schema of the tool allows.';
    if (
      any !== undefined &&
      this.#fitting(any, value, place) === 0 &&
      !wrong(place, 'combination', `It is in none ${forms}`)
    )
      return false;
    if (
      one !== undefined &&
      this.#fitting(one, value, place) !== 1 &&
      !wrong(place, 'combination', `It must be in exactly one ${forms}`)
    )
      return false;
    const isExcluded = not !== undefined && this.holds(not, value, quietly(place)) && !this.isOver;
    if (isExcluded && !wrong(place, 'combination', 'It is in a form that the schema of the tool excludes.'))
      return false;
    return this.#isConditional(schema, value, place);
  }

  #isConditional(schema: Prepared, value: unknown, place: Place): boolean {
    if (schema.condition === undefined) return true;
    const quiet = quietly(place);
    const isSo = this.holds(schema.condition, value, quiet);
    if (isSo) place.seen?.addAll(quiet.seen);
    const other = isSo ? schema.whenSo : schema.otherwise;
    return other === undefined || this.holds(other, value, place) || place.report !== undefined;
  }

  /** How many hold; what these looked at is looked at. */
  #fitting(schemas: readonly Prepared[], value: unknown, place: Place): number {
    let count = 0;
    for (const schema of schemas) {
      const quiet = quietly(place);
      if (!this.holds(schema, value, quiet)) continue;
      count++;
      place.seen?.addAll(quiet.seen);
    }
    // Nothing is known then, and it is not said that something is wrong.
    return this.isOver ? 1 : count;
  }
}

function isNumber({ min, max, above, below, multipleOf }: Prepared, value: number, place: Place): boolean {
  let bound: string | undefined;
  if (min !== undefined && value < min) bound = `at least ${min}`;
  else if (max !== undefined && value > max) bound = `at most ${max}`;
  else if (above !== undefined && value <= above) bound = `more than ${above}`;
  else if (below !== undefined && value >= below) bound = `less than ${below}`;
  else if (multipleOf !== undefined && !isMultiple(value, multipleOf)) bound = `a multiple of ${multipleOf}`;
  return bound === undefined || wrong(place, 'range', `It must be ${bound}.`);
}

const NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  string: 'a string',
};

function described(types: ReadonlySet<string>): string {
  return [...types].flatMap((type) => NAMES[type] ?? []).join(' or ') || 'of a type that there is not';
}
