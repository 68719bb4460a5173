/**
 * Text that is addressed to a model in what it reads as data. A lint: it finds phrases and marks, not persuasion, and whoever writes about
 * such attacks writes what it finds. What is found reaches to the ends of its sentence, since what follows the phrase is the order.
 */
import { ADDRESSED_LITERALS } from '../definitions/addressed-phrases.ts';
import { inLatin } from '../definitions/confusables.ts';
import { wordsOf } from '../definitions/words.ts';
import type { Span } from '../finding.ts';
import { RESULT_PHRASES, RESULT_REASONS, type ResultReason } from './result-phrases.ts';
import { findMarks } from './prompt-marks.ts';
import { unfolded } from './unfolded.ts';

export const INSTRUCTION_REASONS = [...RESULT_REASONS, 'prompt-markup', 'encoded-instruction'] as const;
export type InstructionReason = (typeof INSTRUCTION_REASONS)[number];

export interface Instruction extends Span {
  readonly reason: InstructionReason;
}

const NONE: readonly Instruction[] = [];
/** In Chinese; in other languages no two words are a phrase. */
export const SHORTEST_INSTRUCTION = 6;

/** In the order of the text; none over another. `isOver` is called where more is encoded than is decoded. */
export function findInstructions(text: string, isOver: () => void = () => {}): readonly Instruction[] {
  if (text.length < SHORTEST_INSTRUCTION) return NONE;
  const found = findPhrases(text);
  for (const { start, end } of findMarks(text)) found.push({ reason: 'prompt-markup', start, end });
  for (const { text: inner, start, end } of unfolded(text, isOver)) {
    if (findPhrases(inner).length > 0) found.push({ reason: 'encoded-instruction', start, end });
  }
  return found.length < 2 ? found : withoutOverlaps(found);
}

function findPhrases(text: string): Instruction[] {
  const phrases = RESULT_PHRASES.findAll(wordsOf(text));
  const found: Instruction[] = phrases.map(({ reason, span }) => {
    const { start, end } = sentenceAround(text, span);
    return { reason, start, end };
  });
  if (NOT_LATIN.test(text)) found.push(...literals(text));
  return found;
}

const NOT_LATIN = /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/;

/** In languages without blanks between words. */
function literals(text: string): Instruction[] {
  const folded = inLatin(text);
  // Where folding has changed its length, places in one are none in the other.
  const isSame = folded.length === text.length;
  const found: Instruction[] = [];
  for (const [literal, kind] of ADDRESSED_LITERALS) {
    const reason: ResultReason = kind === 'secrecy' ? 'secrecy' : 'override';
    let at = folded.indexOf(literal);
    while (at >= 0) {
      const end = at + literal.length;
      const said = isSame ? sentenceAround(text, { start: at, end }) : whole(text);
      found.push({ reason, ...said });
      // Behind its sentence: what else that says goes with it, and no part of a text is gone through for each word in it.
      at = isSame ? folded.indexOf(literal, Math.max(end, said.end)) : -1;
    }
  }
  return found;
}

function whole(text: string): Span {
  return { start: 0, end: text.length };
}

/** To each side: longer sentences are cut. */
const MAX_SENTENCE = 500;
const ENDS = /[.!?\u3002\uff01\uff1f](?=\s)|\n/g;

function sentenceAround(text: string, { start, end }: Span): Span {
  const from = Math.max(0, start - MAX_SENTENCE);
  let begin = from;
  for (const { index } of text.slice(from, start).matchAll(ENDS)) begin = from + index + 1;
  while (begin < start && /\s/.test(text[begin] as string)) begin++;
  const close = text.slice(end, end + MAX_SENTENCE).search(/[.!?\u3002\uff01\uff1f](?=\s|$)|\n|$/);
  return { start: begin, end: close < 0 ? Math.min(text.length, end + MAX_SENTENCE) : end + close };
}

function withoutOverlaps(found: Instruction[]): readonly Instruction[] {
  const kept: Instruction[] = [];
  for (const one of found.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (one.start >= (kept.at(-1)?.end ?? 0)) kept.push(one);
  }
  return kept;
}
