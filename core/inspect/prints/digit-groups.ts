/** Numbers that identify something, however their digits are grouped: `4111 1111 1111 1111`, `123-45-6789`, `+49 170 1234567`. */

/** Of fewer, any two texts may have the same. */
const MIN_DIGITS = 6;
/** Of several groups read as one number, which are more numbers than were written. */
const MIN_JOINED = 9;
/** The same where these are all groups that stand there. */
const MIN_WHOLE = 7;
const MAX_JOINED = 20;
const MAX_GROUPS = 5;
/** A group that is no number by itself. */
const MAX_GROUP = 8;

/** Digits alone. */
export function numbersOf(text: string, into: Set<string>, minDigits = MIN_DIGITS): void {
  let groups: string[] = [];
  for (let i = 0; i < text.length;) {
    if (!isDigit(text.charCodeAt(i))) {
      i++;
      continue;
    }
    const start = i;
    while (i < text.length && isDigit(text.charCodeAt(i))) i++;
    groups.push(text.slice(start, i));
    // The same number goes on behind a single blank, hyphen, dot or slash.
    if (isBetween(text.charCodeAt(i)) && isDigit(text.charCodeAt(i + 1))) {
      i++;
      continue;
    }
    addNumbers(groups, into, minDigits);
    groups = [];
  }
}

function addNumbers(groups: readonly string[], into: Set<string>, minDigits: number): void {
  if (isAddress(groups)) return;
  for (const [first, group] of groups.entries()) {
    if (group.length >= minDigits && !isDull(group)) into.add(group);
    let joined = group;
    for (let next = first + 1; next < Math.min(groups.length, first + MAX_GROUPS); next++) {
      const more = groups[next] as string;
      if (joined.length > MAX_JOINED || group.length > MAX_GROUP || more.length > MAX_GROUP) break;
      joined += more;
      const isAll = first === 0 && next === groups.length - 1;
      if (
        joined.length >= Math.max(isAll ? MIN_WHOLE : MIN_JOINED, minDigits) &&
        joined.length <= MAX_JOINED &&
        !isDull(joined)
      )
        into.add(joined);
    }
  }
}

/** Of a machine, as in `10.0.0.12`: half of all configurations name the same. */
function isAddress(groups: readonly string[]): boolean {
  return groups.length === 4 && groups.every((group) => group.length <= 3 && Number(group) < 256);
}

/** Dates, and what people write to fill a field or to round a number. */
function isDull(digits: string): boolean {
  if (DATE_FIRST.test(digits) || DATE_LAST.test(digits) || MONTH.test(digits)) return true;
  let zeros = 0;
  while (digits[digits.length - 1 - zeros] === '0') zeros++;
  if (digits.length - zeros <= 3) return true;
  return isRow(digits, 0) || isRow(digits, 1) || isRow(digits, -1);
}

/** With the time behind them, as far as it may be written in digits alone. */
const DATE_FIRST = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{0,9}$/;
const DATE_LAST = /^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])(?:19|20)\d\d(?:[01]\d|2[0-3])?\d{0,4}$/;
const MONTH = /^(?:19|20)\d\d(?:0[1-9]|1[0-2])$/;

/** Each digit is so much more than the one in front of it. */
function isRow(digits: string, step: number): boolean {
  for (let i = 1; i < digits.length; i++)
    if ((digits.charCodeAt(i) - digits.charCodeAt(i - 1) - step) % 10 !== 0) return false;
  return true;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** A blank, hyphen, dot or slash. */
function isBetween(code: number): boolean {
  return code === 0x20 || code === 0x2d || code === 0x2e || code === 0x2f || code === 0xa0;
}
