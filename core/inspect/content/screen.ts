/**
 * Looks for things in all texts of a message: in each as it reads when decoded, in JSON and Base64 inside of it, and over the border of two
 * texts that belong together, such as the blocks of a result. Each text is looked at once by each detector, however many rules ask.
 */
import type { Span as Bytes } from '../../mcp/json-scan.ts';
import { type TextLeaf, bytesOf, textLeaves } from '../../mcp/text-leaves.ts';
import type { Span } from '../finding.ts';
import type { Found, TextDetector } from './detectors.ts';
import { type InnerJson, base64Texts, innerJson, unitsOf } from './inner-texts.ts';

/** Something that was found in a message. */
export interface Hit {
  /** Index of the detector. */
  readonly by: number;
  readonly kind: string;
  /** What it says, decoded: the same for the same thing, wherever it stands. */
  readonly value: string;
  readonly leaf: TextLeaf;
  /** In the text of the leaf. */
  readonly span: Span;
  /** A number, in so many texts that are JSON inside of another: what takes its place has to have quotes, escaped so often. */
  readonly bareIn: number;
  /** The rest of it, in a text behind. */
  readonly rest: { readonly leaf: TextLeaf; readonly span: Span } | undefined;
}

export interface Screened {
  /** In the order of the message. */
  readonly hits: readonly Hit[];
  /** There was more than may be looked at, so that nothing is known of the rest. */
  readonly isExhausted: boolean;
}

/** UTF-16 units of texts that are looked at for one message, inner ones included: 50 to 300 ns each on a core of 2020, with all detectors. */
const MAX_UNITS = 2 * 1024 * 1024;
const MAX_DEPTH = 4;
/** Of each side of a border; no token that is known by its shape is longer but keys in PEM. */
const BORDER = 256;
const NOTHING: Screened = { hits: [], isExhausted: false };

export function screen(
  bytes: Buffer,
  span: Bytes,
  detectors: readonly TextDetector[],
  skip?: ReadonlySet<string>,
  maxUnits = MAX_UNITS,
): Screened {
  if (detectors.length === 0) return NOTHING;
  const screening = new Screening(detectors, maxUnits);
  const leaves = textLeaves(bytes, span, skip);
  for (const leaf of leaves) {
    if (!screening.look(leaf)) break;
  }
  if (!screening.isExhausted) screening.lookOverBorders(leaves);
  return { hits: screening.hits, isExhausted: screening.isExhausted };
}

/** The bytes that a hit takes up, of a text and of the one behind. */
export function bytesOfHit(bytes: Buffer, { leaf, span, rest }: Hit): readonly Bytes[] {
  const first = bytesOf(bytes, leaf, span.start, span.end);
  return rest === undefined ? [first] : [first, bytesOf(bytes, rest.leaf, rest.span.start, rest.span.end)];
}

class Screening {
  readonly hits: Hit[] = [];
  readonly #detectors: readonly TextDetector[];
  #left: number;

  constructor(detectors: readonly TextDetector[], maxUnits: number) {
    this.#detectors = detectors;
    this.#left = maxUnits;
  }

  get isExhausted(): boolean {
    return this.#left < 0;
  }

  /** False once there is nothing left to spend. */
  look(leaf: TextLeaf): boolean {
    const key = leaf.kind === 'key' ? undefined : leaf.key;
    this.#lookInto(leaf.text, key, MAX_DEPTH, (by, found, value, bareIn) => {
      this.hits.push({ by, kind: found.kind, value, leaf, span: found, bareIn, rest: undefined });
    });
    return !this.isExhausted;
  }

  /** `into`: takes what is found, with its span in this text. */
  #lookInto(text: string, key: string | undefined, depth: number, into: Take): void {
    this.#left -= text.length;
    if (this.isExhausted) return;
    const inner = depth > 0 ? innerJson(text) : undefined;
    if (inner !== undefined) {
      this.#lookIntoJson(inner, text, depth, into);
      return;
    }
    for (const [by, detector] of this.#detectors.entries()) {
      for (const found of detector.find(text, key)) into(by, found, text.slice(found.start, found.end), 0);
    }
    if (depth === 0 || text.length < 24) return;
    for (const { text: decoded, start, end } of base64Texts(text)) {
      this.#lookInto(decoded, key, depth - 1, (by, found, value) => into(by, { ...found, start, end }, value, 0));
      if (this.isExhausted) return;
    }
  }

  #lookIntoJson({ bytes, leaves }: InnerJson, text: string, depth: number, into: Take): void {
    const isAscii = bytes.length === text.length;
    for (const leaf of leaves) {
      const key = leaf.kind === 'key' ? undefined : leaf.key;
      this.#lookInto(leaf.text, key, depth - 1, (by, found, value, bareIn) => {
        const units = unitsOf(bytes, isAscii, bytesOf(bytes, leaf, found.start, found.end));
        into(by, { ...found, ...units }, value, leaf.kind === 'number' ? 1 : bareIn === 0 ? 0 : bareIn + 1);
      });
      if (this.isExhausted) return;
    }
  }

  /** Texts of one name, one behind the other: what is cut in two is found where both are read on. */
  lookOverBorders(leaves: readonly TextLeaf[]): void {
    const last = new Map<string, TextLeaf>();
    for (const leaf of leaves) {
      if (leaf.kind !== 'string' || leaf.key === undefined || leaf.text.length === 0) continue;
      const before = last.get(leaf.key);
      last.set(leaf.key, leaf);
      if (before !== undefined) this.#lookOver(before, leaf);
    }
  }

  #lookOver(before: TextLeaf, leaf: TextLeaf): void {
    const start = Math.max(0, before.text.length - BORDER);
    const head = before.text.slice(start);
    const text = head + leaf.text.slice(0, BORDER);
    if (text.length < 12) return;
    this.#left -= text.length;
    if (this.isExhausted) return;
    for (const [by, detector] of this.#detectors.entries()) {
      if (!detector.isExact) continue;
      for (const { kind, start: from, end } of detector.find(text, undefined)) {
        if (from >= head.length || end <= head.length || this.#isKnown(before, start + from)) continue;
        const rest = { leaf, span: { start: 0, end: end - head.length } };
        const span = { start: start + from, end: before.text.length };
        this.hits.push({ by, kind, value: text.slice(from, end), leaf: before, span, bareIn: 0, rest });
      }
    }
  }

  /** Found in the text alone: that what follows would fit as well means nothing. */
  #isKnown(leaf: TextLeaf, at: number): boolean {
    return this.hits.some(
      (hit) => hit.leaf === leaf && hit.rest === undefined && hit.span.start <= at && at < hit.span.end,
    );
  }
}

type Take = (by: number, found: Found, value: string, bareIn: number) => void;
