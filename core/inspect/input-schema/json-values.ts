/** Values of JSON as schemas compare them. */
import { canonicalJson } from '../../canonical-json.ts';

export type Spend = (work: number) => boolean;

/** A number without a fraction is an integer as well. */
export function kindsOf(value: unknown): readonly string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value];
}

/**
 * The same text for the same values. Undefined where that takes more than there is, and where nothing among `others` could be the same:
 * a list that is as long as a request is not written out for each of a thousand words.
 */
export function sameText(value: unknown, others: ReadonlySet<string> | undefined, spend: Spend): string | undefined {
  if (typeof value !== 'object' || value === null) {
    const length = typeof value === 'string' ? value.length : 1;
    return spend(4 + Math.ceil(length / 16)) ? canonicalJson(value) : undefined;
  }
  const open = Array.isArray(value) ? '[' : '{';
  if (others !== undefined && ![...others].some((text) => text.startsWith(open))) return undefined;
  return spend(8 + 3 * sizeOf(value)) ? canonicalJson(value) : undefined;
}

/** About the characters of its text. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 4;
  let size = 2;
  for (const [key, inner] of Object.entries(value)) size += key.length + sizeOf(inner);
  return size;
}

/** In code points, which are counted only where the number of UTF-16 units does not tell. */
export function longerThan(text: string, most: number): boolean {
  if (text.length <= most) return false;
  if (text.length > 2 * most) return true;
  let points = 0;
  for (const _ of text) if (++points > most) return true;
  return false;
}

/** Fractions as 0.1 are none in binary: what is as close to a whole number as can be counts as one. */
export function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Number.isFinite(times) && Math.abs(times - Math.round(times)) <= Number.EPSILON * Math.max(1, Math.abs(times));
}
