/**
 * Takes out combining marks that are too many in a row. To normalise a text, the marks behind each letter are put in order one after the
 * other, which takes the square of their number: a key of 320 KB would hold the process for 20 s. No language needs more than 30 (Unicode
 * Standard Annex #15, Stream-Safe Text Format).
 */

/** Behind one letter, those included that are part of it when it is written as one character. */
const MAX_MARKS = 30;

/** Of fewer, there are no more than that even if each is two, and three are part of the letter. */
const MANY = /\P{M}?\p{M}{14,}/gu;
const MARK = /\p{M}/gu;

/** For texts that are compared and not sent on. Those that are canonically equivalent stay so; the others may become alike. */
export function withoutLongMarkRuns(text: string): string {
  return text.replace(MANY, shortened);
}

function shortened(letterWithMarks: string): string {
  // Longer, it has more than 30 whatever they are; and what is short is quickly decomposed.
  if (letterWithMarks.length <= 2 * (MAX_MARKS + 1)) {
    const marks = letterWithMarks.normalize('NFD').match(MARK)?.length ?? 0;
    if (marks <= MAX_MARKS) return letterWithMarks;
  }
  const [letter = ''] = letterWithMarks;
  return letter.normalize('NFD').replace(MARK, '');
}
