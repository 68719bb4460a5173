/** What a person gives as the reason of a vote, in the form that a vote has: one line, of at most 1024 characters. */

const MAX = 1024;
const CUT = '…';

/** Undefined where nothing was said. */
export function asReason(said: string | null | undefined): string | undefined {
  const line = (said ?? '')
    .slice(0, 4 * MAX)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .toWellFormed()
    .trim();
  if (line === '') return undefined;
  return line.length <= MAX ? line : `${line.slice(0, MAX - 1).toWellFormed()}${CUT}`;
}
