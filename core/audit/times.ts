/** Times and spans of time, as they stand in a line of the audit log. */

/** Microseconds are what the clock gives; more digits would be noise. A number JSON cannot express becomes 0. */
export function milliseconds(value: number): number {
  const rounded = Math.round(value * 1000) / 1000;
  return Number.isFinite(rounded) ? rounded : 0;
}

let second = Number.NaN;
let secondText = '';

/** All lines of one second share all but the milliseconds; writing a date anew costs as much as hashing the line. */
export function isoTime(milliSinceEpoch: number): string {
  if (!(milliSinceEpoch >= 0)) return new Date(milliSinceEpoch).toISOString();
  const whole = Math.floor(milliSinceEpoch / 1000);
  if (whole !== second) {
    secondText = new Date(whole * 1000).toISOString().slice(0, -'000Z'.length);
    second = whole;
  }
  return `${secondText}${String(Math.floor(milliSinceEpoch - whole * 1000)).padStart(3, '0')}Z`;
}
