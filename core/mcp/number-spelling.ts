/**
 * How the numbers of a JSON text are spelled. `5000`, `5000.0` and `5e3` are one value to us and to the person who is shown it, and
 * three things to servers: an integer, a float, or an error (Go's `int`); and decimal readers (Java's BigDecimal, Python's Decimal) keep
 * digits that no double has. What somebody has approved must not run in another spelling.
 */
import { escapePart } from '../json-pointer.ts';
import { parseJson } from './parse-json.ts';

export interface NumberSpelling {
  /** JSON Pointer (RFC 6901) → the number as written, for those that are not written as `JSON.stringify` would. */
  readonly unusual: ReadonlyMap<string, string>;
  /** False: they are more than there is room for, so that nothing may be approved by them. */
  readonly complete: boolean;
  /** False: a number has a decimal value that its double, and so whoever is shown it, does not have. */
  readonly exact: boolean;
}

/** Of all unusual numbers and where they stand. Beyond it none can be approved. */
const MAX_CHARACTERS = 1024 * 1024;

class Spelled {
  readonly source: string;
  readonly exact: boolean;

  constructor(source: string, value: number) {
    this.source = source;
    this.exact = decimalOf(source) === decimalOf(String(value));
  }
}

/** Of a text that is JSON; throws like `JSON.parse` otherwise. */
export function numberSpelling(text: string): NumberSpelling {
  const unusual = new Map<string, string>();
  let exact = true;
  let room = MAX_CHARACTERS;
  const visit = (value: unknown, path: string): void => {
    if (value instanceof Spelled) {
      // The key of each number repeats those of all objects around it; nobody could read so many either.
      room -= path.length + value.source.length;
      exact &&= value.exact;
      if (room >= 0) unusual.set(path, value.source);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) visit(member, `${path}/${escapePart(key)}`);
    }
  };
  const parsed = parseJson(text, (value, source) =>
    typeof value === 'number' && source !== String(value) ? new Spelled(source, value) : value,
  );
  visit(parsed, '');
  return { unusual, exact, complete: room >= 0 };
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

const MAX_EXPONENT_DIGITS = 20;
const LEADING_ZEROS = /^([+-]?)0+(?=\d)/;

/** One text for each decimal value: its digits without zeros at either end, and the power of ten they are multiplied with. */
function decimalOf(source: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(source) ?? [];
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (start < end && digits[start] === '0') start++;
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return '0';
  // No double has one of so many digits; the time to read them grows faster than their number, as does no other work here.
  if (exponent.length > MAX_EXPONENT_DIGITS) {
    const short = exponent.replace(LEADING_ZEROS, '$1');
    if (short.length > MAX_EXPONENT_DIGITS) return `${sign}${digits.slice(start, end)}e${short}`;
    return decimalOf(`${sign}${whole}${fraction === '' ? '' : `.${fraction}`}e${short}`);
  }
  const scale = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - end);
  return `${sign}${digits.slice(start, end)}e${scale}`;
}
