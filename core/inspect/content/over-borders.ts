/**
 * What is cut over the borders of texts that belong together, such as the blocks of a result: each text is read on from the ends of those
 * in front of it that have the same name, however many it takes to make so many characters.
 */
import type { TextLeaf } from '../../mcp/text-leaves.ts';
import type { Span } from '../finding.ts';

/** Of each side of a border; no token that is known by its shape is longer but keys in PEM. */
const BORDER = 256;

/** A part of a text. */
export interface Part {
  readonly leaf: TextLeaf;
  readonly span: Span;
}

/** The ends of some texts and the beginning of the one behind them, as one text. */
export class Window {
  readonly text: string;
  /** Where the last of them begins in it. */
  readonly border: number;
  readonly #parts: readonly Part[];

  /** Texts that it is made of. */
  get size(): number {
    return this.#parts.length;
  }

  constructor(parts: readonly Part[]) {
    const texts = parts.map(({ leaf, span }) => leaf.text.slice(span.start, span.end));
    this.text = texts.join('');
    this.border = this.text.length - (texts.at(-1) ?? '').length;
    this.#parts = parts;
  }

  /** The parts of texts that lie between two places of it. */
  partsOf({ start, end }: Span): Part[] {
    const found: Part[] = [];
    let at = 0;
    for (const { leaf, span } of this.#parts) {
      const length = span.end - span.start;
      const [from, to] = [Math.max(start, at), Math.min(end, at + length)];
      if (from < to) found.push({ leaf, span: { start: span.start + from - at, end: span.start + to - at } });
      at += length;
    }
    return found;
  }
}

/** In the order of the texts, for each that has others in front of it. */
export function* windowsOf(leaves: readonly TextLeaf[]): Generator<Window> {
  const ends = new Map<string, readonly Part[]>();
  for (const leaf of leaves) {
    if (leaf.kind !== 'string' || leaf.key === undefined || leaf.text.length === 0) continue;
    const before = ends.get(leaf.key);
    const { length } = leaf.text;
    if (before !== undefined)
      yield new Window([...before, { leaf, span: { start: 0, end: Math.min(BORDER, length) } }]);
    ends.set(leaf.key, endOf([...(before ?? []), { leaf, span: { start: 0, end: length } }]));
  }
}

/** So many characters of the last. */
function endOf(parts: readonly Part[]): readonly Part[] {
  const kept: Part[] = [];
  let left = BORDER;
  for (const { leaf, span } of parts.toReversed()) {
    if (left === 0) break;
    const start = Math.max(span.start, span.end - left);
    kept.push({ leaf, span: { start, end: span.end } });
    left -= span.end - start;
  }
  return kept.toReversed();
}
