/** Prints of what a tool has answered, to be kept, and of what is about to be sent to another, to be looked for among them. */
import type { Span } from '../../mcp/json-scan.ts';
import { type TextLeaf, textLeaves } from '../../mcp/text-leaves.ts';
import { base64Texts, innerJson, UNOPENED } from '../content/inner-texts.ts';
import { decodings, readings } from './disguises.ts';
import { lettersOf } from './letters.ts';
import type { Printer } from './printer.ts';
import { tokensOf } from './tokens.ts';

/** UTF-16 units that are looked at for one call, inner and decoded texts included: a tenth of a second at the worst. */
const MAX_UNITS = 512 * 1024;
/** Of one answer. */
export const MAX_KEPT = 8192;
/** Of one call; more is no call but a copy. */
const MAX_SOUGHT = 65_536;
/** So many digits make a number worth to be known again. */
const SHORTEST_NUMBER = 6;
const MAX_DEPTH = 4;
/** Two numbers side by side are a third that nobody has written; it takes a long one to mean something. */
const MIN_DIGITS_OF_SEVERAL = 9;

export interface Prints {
  readonly prints: ReadonlySet<number>;
  /** False: there was more than is looked at, or kept, and nothing is known of the rest. */
  readonly isAll: boolean;
}

/** Of values of an answer. What is JSON or Base64 in it is opened. */
export function printsToKeep(bytes: Buffer, spans: readonly Span[], printer: Printer): Prints {
  const prints = new Set<number>();
  const tokens = new Set<string>();
  let left = MAX_UNITS;
  let isAll = true;
  const look = (text: string, depth: number): void => {
    if ((left -= text.length) < 0 || tokens.size + prints.size > MAX_KEPT) {
      isAll = false;
      return;
    }
    const inner = depth === 0 ? undefined : innerJson(text, left);
    if (inner !== undefined && inner !== UNOPENED) {
      for (const leaf of inner.leaves) if (leaf.kind !== 'key') look(leaf.text, depth - 1);
      return;
    }
    tokensOf(text, tokens);
    printer.chosen(lettersOf(text), prints);
    if (depth > 0) for (const { text: decoded } of base64Texts(text)) look(decoded, depth - 1);
  };
  for (const { kind, text } of leavesOf(bytes, spans)) if (kind !== 'key') look(text, MAX_DEPTH);
  // Values that are known by themselves come first, and stay where not all can.
  const all = new Set<number>();
  for (const token of tokens) all.add(printer.ofToken(token));
  for (const print of prints) all.add(print);
  if (all.size <= MAX_KEPT) return { prints: all, isAll };
  return { prints: new Set([...all].slice(0, MAX_KEPT)), isAll: false };
}

/** What is about to be sent: its texts, and how it could not be told from what it holds. */
export class Sought {
  readonly prints = new Set<number>();
  readonly #printer: Printer;
  #left = MAX_UNITS;

  constructor(printer: Printer) {
    this.#printer = printer;
  }

  get isAll(): boolean {
    return this.#left >= 0 && this.prints.size <= MAX_SOUGHT;
  }

  /** In all forms in which it may hold something. */
  add(text: string): void {
    readings(text, (reading) => this.#look(reading), this.#work);
  }

  /** Several texts as one, which nobody has written. */
  addTogether(text: string): void {
    decodings(text, (reading) => this.#look(reading, MIN_DIGITS_OF_SEVERAL), this.#work);
  }

  readonly #work = (units: number): boolean => {
    this.#left -= units;
    return this.isAll;
  };

  #look(reading: string, minDigits?: number): void {
    const tokens = new Set<string>();
    tokensOf(reading, tokens, minDigits);
    for (const token of tokens) this.prints.add(this.#printer.ofToken(token));
    this.#printer.sought(lettersOf(reading), this.prints);
  }

  /** Each text by itself, and all of them as one: a value may be cut into several. */
  addAll(texts: readonly string[]): void {
    for (const text of texts) this.add(text);
    if (texts.length > 1) this.addTogether(texts.join(''));
  }
}

export function leavesOf(bytes: Buffer, spans: readonly Span[], skip?: ReadonlySet<string>): TextLeaf[] {
  return spans.flatMap((span) => textLeaves(bytes, span, skip, MAX_UNITS, SHORTEST_NUMBER));
}
