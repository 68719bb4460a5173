/** Classes that lengths and numbers are rounded to, so that a traffic log does not tell one value from its neighbours. */

/** The smallest that is told from others: a shorter text would be told by its length alone. */
const SHORTEST = 8;

/** Code points of a text, rounded up to a power of two; 0 for an empty one. */
export function lengthClass(text: string): number {
  if (text === '') return 0;
  let points = 0;
  for (const _ of text) points++;
  return Math.max(SHORTEST, 2 ** Math.ceil(Math.log2(points)));
}

/** The shortest text of a class. */
export function shortestOf(chars: number): number {
  return chars <= SHORTEST ? Math.min(chars, 1) : chars / 2 + 1;
}

const STEPS = [1, 2, 5, 10] as const;

/** The borders of the class of a number other than 0, as NumberShape has them. */
export function numberClass(value: number): { readonly above: number; readonly upTo: number } {
  const size = Math.abs(value);
  // Powers are written by their exponent, since products of fractions are not exact.
  const exponent = Math.floor(Math.log10(size));
  for (const power of [exponent - 1, exponent, exponent + 1]) {
    for (const [i, step] of STEPS.entries()) {
      const [above, upTo] = [border(i === 0 ? 0.5 : (STEPS[i - 1] as number), power), border(step, power)];
      if (size > above && size <= upTo) return value > 0 ? { above, upTo } : { above: -upTo, upTo: -above };
    }
  }
  return value > 0 ? { above: 0, upTo: Number.MAX_VALUE } : { above: -Number.MAX_VALUE, upTo: 0 };
}

function border(step: number, power: number): number {
  // JSON has no word for what is beyond.
  return Math.min(Number.MAX_VALUE, Number(`${step}e${power}`));
}
