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

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
