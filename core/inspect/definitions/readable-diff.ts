/**
 * What is other in a definition, for a person who decides on it: in a terminal, in YAML, in Markdown. A server wrote these words, so
 * nothing in them is obeyed by any of the three, nothing is hidden, and what is left out is counted.
 */
import { type Change, diffDefinitions, SIGNS } from './diff.ts';
import { wordDiff } from './word-diff.ts';
import { shownAnywhere } from '../../shown/anywhere.ts';

/** Of lines and of characters in a line; a request of a cluster has room for as many (core/api/approval-request.ts). */
export const MAX_DIFF_LINES = 100;
export const MAX_DIFF_LINE = 300;

/** Of a text, so that a line is broken before it is too long: an escape takes up to 9 characters. */
const PIECE = 160;
/** Characters of what is the same on both sides of a change. */
const CONTEXT = 30;

/**
 * Lines such as `~ /description` with `  - "before"` and `  + "after"` below it. Of a text that has changed only the changed words are
 * shown, with what stands around them. `before`: undefined where there is nothing to compare with, so that all of it is new. `head`: lines
 * that stand above it, and count.
 */
export function readableDiff(before: unknown, after: unknown, head: readonly string[] = []): string[] {
  const { changes, more } = diffDefinitions(before ?? {}, after);
  const lines = [...head, ...changes.flatMap(linesOf)];
  if (lines.length <= MAX_DIFF_LINES && more === 0) return lines;
  const shown = lines.slice(0, MAX_DIFF_LINES - 1);
  const left = lines.length - shown.length + more;
  return [...shown, `… and ${left} lines or changes more, which are not shown here: see sallyport pins diff`];
}

/** All of it, however long it is. */
export function wholeDiff(before: unknown, after: unknown): string[] {
  return diffDefinitions(before ?? {}, after, Infinity).changes.flatMap(linesOf);
}

function linesOf({ pointer, kind, before, after }: Change): string[] {
  // A server may write into the name of a parameter what it would write into a description.
  const lines = broken(shownAnywhere(pointer)).map((piece, i) => `${SIGNS[kind]} ${i === 0 ? '' : '…'}${piece}`);
  if (kind === 'changed' && typeof before === 'string' && typeof after === 'string') {
    for (const hunk of wordDiff(before, after))
      lines.push(...excerpt('-', before, hunk.before), ...excerpt('+', after, hunk.after));
    return lines;
  }
  if (kind !== 'added') lines.push(...pieces('-', textOf(before)));
  if (kind !== 'removed') lines.push(...pieces('+', textOf(after)));
  return lines;
}

function excerpt(sign: string, text: string, [from, to]: readonly [number, number]): string[] {
  const [start, end] = [Math.max(0, from - CONTEXT), Math.min(text.length, to + CONTEXT)];
  const shown = `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
  return pieces(sign, JSON.stringify(shown));
}

function textOf(value: unknown): string {
  return JSON.stringify(value);
}

/** One line, or several where it is long: nothing is cut off. `text`: JSON. */
function pieces(sign: string, text: string): string[] {
  return broken(shownAnywhere(text)).map((piece) => `  ${sign} ${piece}`);
}

function broken(text: string): string[] {
  const all: string[] = [];
  let piece = '';
  for (const char of text) {
    piece += char;
    if (piece.length < PIECE) continue;
    all.push(piece);
    piece = '';
  }
  if (piece !== '' || all.length === 0) all.push(piece);
  return all;
}
