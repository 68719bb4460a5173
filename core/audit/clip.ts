/** Text from outside, as it may stand in a line of the audit log. */

/** Well-formed and at most `cap` UTF-16 units of `text`; what was cut off is counted in a visible mark. */
export function clip(text: string, cap: number): string {
  if (text.length <= cap) return text.toWellFormed();
  // A cut between the halves of a surrogate pair would leave a lone one.
  const end = isHighSurrogate(text.charCodeAt(cap - 1)) ? cap - 1 : cap;
  return `${text.slice(0, end).toWellFormed()}…[+${text.length - end}]`;
}

export function clipIfAny(text: string | undefined, cap: number): string | undefined {
  return text === undefined ? undefined : clip(text, cap);
}

export function clipAll(texts: readonly string[], cap: number): readonly string[] {
  // Rule ids and groups come from validated packs and Secrets: nearly always there is nothing to copy.
  for (const text of texts) {
    if (text.length > cap || !text.isWellFormed()) return texts.map((item) => clip(item, cap));
  }
  return texts;
}

/** More than record.ts lets a name or a URI have, with its mark. */
const KEPT = 2100;

/** Text of a line that is kept while others are read: no more of it than a record can have, so that a forged one does not fill the memory. */
export function keepable(text: string): string {
  // A copy: a slice would keep the whole text with it.
  return text.length <= KEPT ? text : Buffer.from(text.slice(0, KEPT)).toString();
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Of lists of names: what is beyond is counted in the last entry. */
export const LIST_CAP = 200;

export function clipList(texts: readonly string[], cap: number): readonly string[] {
  if (texts.length <= LIST_CAP) return clipAll(texts, cap);
  return [...clipAll(texts.slice(0, LIST_CAP), cap), `…[+${texts.length - LIST_CAP}]`];
}
