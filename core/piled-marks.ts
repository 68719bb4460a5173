/**
 * Text that piles combining marks on one letter. Normalisation sorts each run of them in a time that grows with its square: one key
 * of 4 MiB would take half an hour, in which nobody is answered. UAX #15, Stream-Safe Text Format (UAX15-D3), allows 30 in a row,
 * more than any language needs.
 */
const MOST = 30;
/** With the half-width sound marks, which are letters until compatibility mappings (NFKC) make marks of them. */
const MARKS = /[\p{M}\uff9e\uff9f]+/gu;

/** Whether more than 30 stand in a row. Linear in the length, which `{31}` would not be, and free for short texts. */
export function pilesMarks(text: string): boolean {
  if (text.length <= MOST) return false;
  MARKS.lastIndex = 0;
  for (let run = MARKS.exec(text); run !== null; run = MARKS.exec(text)) {
    if (run[0].length > MOST && Array.from(run[0].slice(0, 2 * MOST + 2)).length > MOST) {
      return true;
    }
  }
  return false;
}

/** Without any: what stands for such a text where it must have some form. */
export function withoutMarks(text: string): string {
  return text.replace(MARKS, '');
}
