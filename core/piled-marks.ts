/**
 * Text that piles combining marks on one letter. Normalisation sorts each run of them in a time that grows with its square: one key
 * of 4 MiB would take half an hour, in which nobody is answered. UAX #15, Stream-Safe Text Format (UAX15-D3), allows 30 in a row,
 * more than any language needs.
 */
const MOST = 30;
/** With the half-width sound marks, which are letters until compatibility mappings (NFKC) make marks of them. */
const PILED = /[\p{M}\uff9e\uff9f]{31}/u;
const MARKS = /[\p{M}\uff9e\uff9f]+/gu;

/** Whether more than 30 stand in a row. Linear in the length, and free for short texts. */
export function pilesMarks(text: string): boolean {
  return text.length > MOST && PILED.test(text);
}

/** Without any: what stands for such a text where it must have some form. */
export function withoutMarks(text: string): string {
  return text.replace(MARKS, '');
}
