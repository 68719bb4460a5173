/** Texts that are too long where they are shown: cut where it harms nothing, and with a mark that says how much is missing. */

/** A character, or one that is spelled out: an escape that is cut in two would read as something else. */
const PIECE = /\\u\{[0-9a-f]{1,6}\}|[^]/gu;

/**
 * At most `max` UTF-16 units of what `dress` makes of each piece, its own mark included. `text`: with everything spelled out that
 * cannot be seen (`visible`); `more`: what was cut off before. Below 40 there is room for the mark and little else.
 */
export function cutShown(text: string, max: number, dress: (piece: string) => string, more = 0): string {
  const pieces = text.match(PIECE) ?? [];
  const dressed = pieces.map(dress);
  if (more === 0 && lengthOf(dressed) <= max) return dressed.join('');
  const room = Math.max(0, max - markOf(pieces.length + more).length);
  let [length, kept] = [0, 0];
  for (const piece of dressed) {
    if (length + piece.length > room) break;
    length += piece.length;
    kept++;
  }
  return `${dressed.slice(0, kept).join('')}${markOf(pieces.length - kept + more)}`.slice(0, Math.max(max, 0));
}

function markOf(missing: number): string {
  return `… [${missing} more characters]`;
}

function lengthOf(pieces: readonly string[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
