/**
 * Looks for things in all texts of a message: in each as it reads when decoded, in JSON and Base64 inside of it, and over the border of two
 * texts that belong together, such as the blocks of a result. Each text is looked at once by each detector, however many rules ask.
 */
import type { Span as Bytes } from '../../mcp/json-scan.ts';
import { LEAF_UNITS, LeafBytes, type TextLeaf, textLeaves } from '../../mcp/text-leaves.ts';
import type { Span } from '../finding.ts';
import { type Part, type Window, windowsOf } from './over-borders.ts';
import type { Found, TextDetector } from './text-detector.ts';
import { type InnerJson, SHORTEST_BASE64, UNOPENED, Units, base64Texts, innerJson } from './inner-texts.ts';
import { Allowance, type Work } from './work.ts';

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
  /** It shows nothing by itself, so that nothing takes its place. */
  readonly isBlank: boolean;
  /** The rest of it, in texts behind. */
  readonly rest: readonly Part[];
}

export interface Screened {
  /** In the order of the message. */
  readonly hits: readonly Hit[];
  /** There was more than may be looked at, or something deeper than is opened, so that nothing is known of the rest. */
  readonly isExhausted: boolean;
}

/**
 * Of work for one message: 100 ms on a core of 2020, and half a megabyte to two of ordinary texts, as much as is looked for in them. All that
 * time nobody else is answered.
 */
export const MAX_CONTENT_WORK = 10_000_000;
/** UTF-16 units of texts that are taken apart for one message, inner ones included, so that what it takes in memory has a bound. */
const MAX_UNITS = 2 * 1024 * 1024;
/** Units of work: for a text, however short; for a hundred characters of one that are decoded, and looked at for what is inside of them. */
const COST_OF_TEXT = 2 * LEAF_UNITS;
const COST_OF_A_HUNDRED = 100;
const MAX_DEPTH = 4;
const WHOLE: readonly Part[] = [];
const NOTHING: Screened = { hits: [], isExhausted: false };

/** `skip`: members of the outermost object that are left out. */
export function screen(
  bytes: Buffer,
  span: Bytes,
  detectors: readonly TextDetector[],
  skip?: ReadonlySet<string>,
  work: Work = new Allowance(MAX_CONTENT_WORK),
): Screened {
  if (detectors.length === 0) return NOTHING;
  const screening = new Screening(detectors, work);
  const leaves = textLeaves(bytes, span, skip, MAX_UNITS);
  for (const leaf of leaves) {
    if (!screening.look(leaf)) break;
  }
  if (!screening.isExhausted) screening.lookOverBorders(leaves);
  return { hits: screening.hits, isExhausted: screening.isExhausted };
}

class Screening {
  readonly hits: Hit[] = [];
  readonly #detectors: readonly TextDetector[];
  /** Of texts alone, in order of the message. */
  readonly #ofLeaf = new Map<TextLeaf, readonly Inside[]>();
  readonly #work: Work;
  /** The last that was found over a border. */
  #overBorder: Hit | undefined = undefined;
  /** Units of texts that are left to be taken apart. */
  #left = MAX_UNITS;
  /** Something holds another text that was not opened: what is not known is not taken for nothing. */
  #isUnopened = false;

  constructor(detectors: readonly TextDetector[], work: Work) {
    this.#detectors = detectors;
    this.#work = work;
  }

  get isExhausted(): boolean {
    return this.#left < 0 || this.#isUnopened || this.#work.exhausted;
  }

  /** False once there is nothing left to spend. */
  look(leaf: TextLeaf): boolean {
    const all = this.#lookInto(leaf.text, keyOf(leaf), MAX_DEPTH);
    if (all.length > 0) this.#ofLeaf.set(leaf, all);
    for (const { by, kind, value, start, end, bareIn, isBlank = false } of all)
      this.hits.push({ by, kind, value, leaf, span: { start, end }, bareIn, isBlank, rest: WHOLE });
    return !this.isExhausted;
  }

  /** By where they begin. */
  #lookInto(text: string, key: string | undefined, depth: number): readonly Inside[] {
    this.#left -= text.length + LEAF_UNITS;
    this.#work.spend(COST_OF_TEXT + Math.ceil((text.length * COST_OF_A_HUNDRED) / 100));
    if (this.isExhausted || text.length === 0) return NONE;
    const inner = innerJson(text, this.#left);
    if (inner === UNOPENED || (inner !== undefined && depth === 0)) this.#isUnopened = true;
    else if (inner !== undefined) return this.#lookIntoJson(inner, text, depth);
    let all: Inside[] | undefined;
    for (let by = 0; by < this.#detectors.length; by++) {
      const detector = this.#detectors[by] as TextDetector;
      if (text.length < detector.shortest) continue;
      for (const { kind, start, end, isBlank = false } of detector.find(text, key, this.#work))
        (all ??= []).push({ by, kind, value: text.slice(start, end), start, end, bareIn: 0, isBlank });
    }
    if (text.length >= SHORTEST_BASE64) {
      for (const { text: decoded, start, end } of base64Texts(text)) {
        this.#isUnopened ||= depth === 0;
        if (this.#isUnopened) break;
        for (const { by, kind, value } of this.#lookInto(decoded, key, depth - 1))
          (all ??= []).push({ by, kind, value, start, end, bareIn: 0 });
        if (this.isExhausted) break;
      }
    }
    return all === undefined ? NONE : all.sort(byStart);
  }

  #lookIntoJson({ bytes, leaves }: InnerJson, text: string, depth: number): readonly Inside[] {
    const units = new Units(bytes, bytes.length === text.length);
    const places = new LeafBytes(bytes);
    const all: Inside[] = [];
    for (const leaf of leaves) {
      for (const one of this.#lookInto(leaf.text, keyOf(leaf), depth - 1)) {
        const { start, end, bareIn } = one;
        const span = units.of(places.of(leaf, start, end));
        all.push({ ...one, ...span, bareIn: leaf.kind === 'number' ? 1 : bareIn === 0 ? 0 : bareIn + 1 });
      }
      if (this.isExhausted) break;
    }
    return all;
  }

  /** Texts of one name, one behind the other: what is cut over several is found where all are read on. */
  lookOverBorders(leaves: readonly TextLeaf[]): void {
    for (const window of windowsOf(leaves)) {
      if (!this.#lookOver(window)) return;
    }
  }

  /** False once there is nothing left to spend. */
  #lookOver(window: Window): boolean {
    const { text, border } = window;
    if (text.length < 12) return true;
    if (!this.#work.spend(COST_OF_TEXT * window.size + text.length)) return false;
    for (const [by, detector] of this.#detectors.entries()) {
      if (detector.findExact === undefined || text.length < detector.shortest) continue;
      for (const { kind, start, end } of detector.findExact(text, this.#work)) {
        if (start >= border || end <= border) continue;
        const [first, ...rest] = window.partsOf({ start, end });
        if (first === undefined || this.#isKnown(first.leaf, first.span.start)) continue;
        this.#addOverBorder({
          ...{ by, kind, value: text.slice(start, end), leaf: first.leaf, span: first.span },
          ...{ bareIn: 0, isBlank: false, rest },
        });
      }
    }
    return !this.isExhausted;
  }

  /** What begins where another does that ends sooner is that one, read on. */
  #addOverBorder(hit: Hit): void {
    const isSame = ({ by, leaf, span, rest }: Hit): boolean =>
      rest.length > 0 && by === hit.by && leaf === hit.leaf && span.start === hit.span.start;
    const known =
      this.#overBorder === undefined || !isSame(this.#overBorder) ? -1 : this.hits.lastIndexOf(this.#overBorder);
    if (known < 0) this.hits.push(hit);
    else this.hits[known] = hit;
    this.#overBorder = hit;
  }

  /** Found in the text alone: that what follows would fit as well means nothing. */
  #isKnown(leaf: TextLeaf, at: number): boolean {
    return this.#ofLeaf.get(leaf)?.some(({ start, end }) => start <= at && at < end) === true;
  }
}

function keyOf({ kind, key }: TextLeaf): string | undefined {
  return kind === 'key' ? undefined : key;
}

function byStart(a: Inside, b: Inside): number {
  return a.start - b.start;
}

/** Something that was found in a text, or in one inside of it. */
interface Inside extends Found {
  readonly by: number;
  readonly value: string;
  readonly bareIn: number;
}

const NONE: readonly Inside[] = [];
