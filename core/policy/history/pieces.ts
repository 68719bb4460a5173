/**
 * A value that is sent in several calls: of each call the end of what it said is kept, and put in front of what the next ones say. Other
 * calls may lie in between, up to `MOST_CALLS` of them.
 */
import type { Sought } from '../../inspect/prints/take-prints.ts';

/** UTF-16 units of each end: the longest value that is known by itself, in Base64. */
const END = 96;
/** Arguments of one call, the longest first. */
const MOST_PIECES = 4;
/** Calls whose ends are kept. */
export const MOST_CALLS = 8;
/** Of these, any two are put in front of a third. */
const MOST_BEFORE_LAST = 5;
const SHORTEST = 2;

export interface Said {
  /** Of the argument that it is in. */
  readonly name: string;
  readonly text: string;
  /** It is the name of a member, and not its value. */
  readonly isName: boolean;
}

/** The end of an argument; all of it where that is no more. */
export interface Piece {
  readonly name: string;
  readonly end: string;
  readonly isWhole: boolean;
}

export function piecesOf(said: readonly Said[]): readonly Piece[] {
  return longestOf(said).map(({ name, text }) => ({
    name: name.slice(0, END),
    end: text.slice(-END),
    isWhole: text.length <= END,
  }));
}

/** `before`: of each call, oldest first. */
export function addTogether(before: readonly (readonly Piece[])[], said: readonly Said[], sought: Sought): void {
  for (const { name, text } of longestOf(said)) {
    const own = before.flatMap((pieces) => pieces.filter((piece) => piece.name === name.slice(0, END)));
    const head = text.slice(0, END);
    for (const piece of own) sought.addTogether(piece.end + head);
    const last = own.slice(-MOST_BEFORE_LAST);
    for (const [i, piece] of last.entries())
      for (const next of last.slice(i + 1)) if (next.isWhole) sought.addTogether(piece.end + next.end + head);
  }
}

function longestOf(said: readonly Said[]): readonly Said[] {
  return said
    .filter(({ text, isName }) => !isName && text.length >= SHORTEST)
    .toSorted((a, b) => b.text.length - a.text.length)
    .slice(0, MOST_PIECES);
}

export function piecesText(pieces: readonly Piece[]): string {
  return JSON.stringify(pieces.map(({ name, end, isWhole }) => [name, end, isWhole]));
}

/** None where it is none. */
export function piecesIn(text: string | undefined): readonly Piece[] {
  if (text === undefined) return [];
  const said = JSON.parse(text) as readonly (readonly [string, string, boolean])[];
  return said.map(([name, end, isWhole]) => ({ name, end, isWhole }));
}
