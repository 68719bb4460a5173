/** What a detector says of one value. Where in a call the value stands, and which rule asked, is added by who has the call. */

/** UTF-16 units of the value, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Finding {
  /** Such as `path`: which detector it was. */
  readonly detector: string;
  /** One of the reasons that this detector exports. */
  readonly reason: string;
  /** For a model: what is wrong with which value, and what to do instead. */
  readonly message: string;
  /** Undefined where it is no part of the value, such as its length. */
  readonly span: Span | undefined;
  /** The part that was found, by `evidenceOf`. */
  readonly evidence: string;
}

const MOST = 100;
const UNQUOTABLE = /[\p{C}\p{Zl}\p{Zp}"]/gu;

/** The beginning of a text, at most 100 UTF-16 units, harmless in a terminal, between quotes and in a prompt. */
export function evidenceOf(text: string): string {
  const cut = text.length > MOST;
  const start = (cut ? text.slice(0, MOST - 1) : text).toWellFormed().replace(UNQUOTABLE, '\ufffd');
  return cut ? `${start}…` : start;
}

export function wholeSpan(value: string): Span {
  return { start: 0, end: value.length };
}
