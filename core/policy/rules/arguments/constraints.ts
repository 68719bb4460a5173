/** What can be asked of an argument of any type: presence, values, pattern, length, range. */
import * as z from 'zod';
import type { SaidArgument } from '../../../api/rules/arguments/of-type.ts';
import type { Finding } from '../../../inspect/finding.ts';
import { WholePattern, whyNoPattern } from '../../../whole-pattern.ts';
import type { Inspection, Meter } from '../../inspection.ts';
import type { ArgumentCheck, Found } from './argument-type.ts';
import { constraintFinding } from './constraint-finding.ts';

/** Absent: not asked for. */
export const constraintsSchema = z.strictObject({
  required: z.literal(true).exactOptional(),
  forbidden: z.literal(true).exactOptional(),
  enum: z
    .array(z.union([z.string(), z.number()]))
    .readonly()
    .exactOptional(),
  /** For the whole text. */
  pattern: z
    .string()
    .refine((pattern) => whyNoPattern(pattern) === undefined, 'is not a pattern of RE2')
    .exactOptional(),
  /** In code points. */
  maxLength: z.number().exactOptional(),
  min: z.number().exactOptional(),
  max: z.number().exactOptional(),
});
export type Constraints = z.infer<typeof constraintsSchema>;

/** Undefined where nothing is asked for. */
export function compileConstraints(said: SaidArgument): Constraints | undefined {
  const constraints: Constraints = {
    ...(said.required === true ? { required: true } : {}),
    ...(said.forbidden === true ? { forbidden: true } : {}),
    ...(said.enum === undefined ? {} : { enum: said.enum }),
    ...(said.pattern === undefined ? {} : { pattern: said.pattern }),
    ...(said.maxLength === undefined ? {} : { maxLength: said.maxLength }),
    ...(said.min === undefined ? {} : { min: said.min }),
    ...(said.max === undefined ? {} : { max: said.max }),
  };
  return Object.keys(constraints).length === 0 ? undefined : constraints;
}

/** A check of a type, and the constraints beside it. Of a list each entry has to meet them. */
export class ConstrainedArgument implements ArgumentCheck {
  readonly asksForMissing: boolean;
  readonly #type: ArgumentCheck;
  readonly #constraints: Constraints;
  readonly #pattern: WholePattern | undefined;
  readonly #values: ReadonlySet<unknown> | undefined;

  constructor(type: ArgumentCheck, constraints: Constraints) {
    this.asksForMissing = constraints.required === true;
    this.#type = type;
    this.#constraints = constraints;
    this.#pattern = constraints.pattern === undefined ? undefined : new WholePattern(constraints.pattern);
    this.#values = constraints.enum === undefined ? undefined : new Set(constraints.enum);
  }

  inspect(value: unknown, inspection: Inspection, meter: Meter): Found | undefined {
    if (value === null || value === undefined) return this.asksForMissing ? MISSING : undefined;
    if (this.#constraints.forbidden === true) return FORBIDDEN;
    const found = this.#type.inspect(value, inspection, meter);
    if (found !== undefined || meter.exhausted) return found;
    if (!Array.isArray(value)) return placed(this.#broken(value, meter), '');
    for (const [index, item] of value.entries()) {
      const broken = this.#broken(item, meter);
      if (broken !== undefined || meter.exhausted) return placed(broken, `/${index}`);
    }
    return undefined;
  }

  #broken(value: unknown, meter: Meter): Finding | undefined {
    if (!meter.spend(1)) return undefined;
    if (this.#values !== undefined && !this.#values.has(value))
      return constraintFinding('enum', `It must be ${oneOf([...this.#values])}.`);
    return this.#brokenByText(value, meter) ?? this.#brokenByNumber(value);
  }

  #brokenByText(value: unknown, meter: Meter): Finding | undefined {
    const { maxLength } = this.#constraints;
    if (maxLength === undefined && this.#pattern === undefined) return undefined;
    if (typeof value !== 'string') return constraintFinding('type', 'It must be a string.');
    if (maxLength !== undefined && isLonger(value, maxLength))
      return constraintFinding('max-length', `It must be at most ${maxLength} characters long.`);
    if (this.#pattern === undefined || !meter.spend(this.#pattern.workOf(value)) || this.#pattern.matches(value))
      return undefined;
    return constraintFinding('pattern', `All of it must match the pattern ${cut(this.#pattern.written)}.`);
  }

  #brokenByNumber(value: unknown): Finding | undefined {
    const { min, max } = this.#constraints;
    if (min === undefined && max === undefined) return undefined;
    if (typeof value !== 'number') return constraintFinding('type', 'It must be a number.');
    if (min !== undefined && value < min) return constraintFinding('min', `It must be at least ${min}.`);
    if (max !== undefined && value > max) return constraintFinding('max', `It must be at most ${max}.`);
    return undefined;
  }
}

const MISSING: Found = { finding: constraintFinding('required', 'It is missing; call again with it.'), at: '' };
const FORBIDDEN: Found = {
  finding: constraintFinding('forbidden', 'It must not be sent; call again without it.'),
  at: '',
};

function placed(finding: Finding | undefined, at: string): Found | undefined {
  return finding && { finding, at };
}

/** Counted only where the number of UTF-16 units does not tell. */
function isLonger(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most) return true;
  let points = 0;
  for (const _ of text) if (++points > most) return true;
  return false;
}

const MAX_SHOWN = 5;

function oneOf(values: readonly unknown[]): string {
  const shown = values.slice(0, MAX_SHOWN).map((value) => cut(JSON.stringify(value)));
  const more = values.length - MAX_SHOWN;
  if (values.length === 1) return shown.join('');
  return `one of ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function cut(text: string): string {
  return text.length <= 100 ? text : `${text.slice(0, 99).toWellFormed()}…`;
}
