/** What is other in a text, word by word: where a person has to look. */

/** A stretch of one text and what stands in its place in the other; either may be empty. Offsets in UTF-16 units. */
export interface Hunk {
  readonly before: readonly [from: number, to: number];
  readonly after: readonly [from: number, to: number];
}

/** Of words that are not the same at both ends. What differs in more is another text: 400 words of each are 160,000 comparisons. */
const MAX_WORDS = 400;
/** Two changes with so few words between them read better as one. */
const JOINED_BY = 3;

/** In order; none where the texts are the same. */
export function wordDiff(before: string, after: string): Hunk[] {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  const longest = Math.min(a.length, b.length) - start;
  while (end < longest && a.at(-1 - end) === b.at(-1 - end)) end++;
  const [fromA, toA, fromB, toB] = [start, a.length - end, start, b.length - end];
  if (fromA === toA && fromB === toB) return [];
  const pairs =
    toA - fromA > MAX_WORDS || toB - fromB > MAX_WORDS ? [] : commonWords(a.slice(fromA, toA), b.slice(fromB, toB));
  const [offsetsA, offsetsB] = [offsetsOf(a), offsetsOf(b)];
  return between(pairs, toA - fromA, toB - fromB).map(({ before: [i, j], after: [k, l] }) => ({
    before: [offsetsA[fromA + i] ?? 0, offsetsA[fromA + j] ?? 0],
    after: [offsetsB[fromB + k] ?? 0, offsetsB[fromB + l] ?? 0],
  }));
}

/** Words with the space behind them, so that joined they are the text. */
function wordsOf(text: string): string[] {
  return text.match(/\s+|\S+/g) ?? [];
}

function offsetsOf(words: readonly string[]): number[] {
  const offsets = [0];
  for (const word of words) offsets.push((offsets.at(-1) ?? 0) + word.length);
  return offsets;
}

/** The longest common subsequence, as pairs of places. */
function commonWords(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const pairs: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

function between(pairs: readonly (readonly [number, number])[], lengthA: number, lengthB: number): Hunk[] {
  const hunks: Hunk[] = [];
  let [i, j] = [0, 0];
  for (const [nextA, nextB] of [...pairs, [lengthA, lengthB] as const]) {
    if (nextA > i || nextB > j) {
      const last = hunks.at(-1);
      const isNear = last !== undefined && i - last.before[1] <= JOINED_BY;
      if (isNear) hunks.pop();
      hunks.push({ before: [isNear ? last.before[0] : i, nextA], after: [isNear ? last.after[0] : j, nextB] });
    }
    [i, j] = [nextA + 1, nextB + 1];
  }
  return hunks;
}
