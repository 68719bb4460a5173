/** Slips of the fingers. */
import { distance } from 'fastest-levenshtein';

/** The one word that was probably meant. Case does not count, and about one letter in three may be wrong. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  let best: { candidate: string; far: number } | undefined;
  // The measure costs the product of both lengths; no word of ours is longer than this.
  const start = word.slice(0, 64).toLowerCase();
  for (const candidate of candidates) {
    const far = sameLetters(start, candidate.toLowerCase()) ? 1 : distance(start, candidate.toLowerCase());
    const allowed = Math.max(1, Math.floor(Math.max(start.length, candidate.length) / 3));
    if (far <= allowed && far < (best?.far ?? Infinity)) best = { candidate, far };
  }
  return best?.candidate;
}

/** Two letters that changed places are one slip of the fingers, but two edits. */
function sameLetters(a: string, b: string): boolean {
  return a.length === b.length && Array.from(a).sort().join('') === Array.from(b).sort().join('');
}
