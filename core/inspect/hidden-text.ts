/**
 * Text that a model reads and a person does not see: tag characters, controls of direction, terminal escapes, joiners that join nothing,
 * selectors that select nothing (UTS #39 §3.1; UTR #36; "Trojan Source", CVE-2021-42574). One look at the text; what scripts and emoji
 * need where it stands is no hidden text.
 */
import type { Finding, Span } from './finding.ts';
import { isAtHome } from './hidden-characters.ts';
import { findTerminalEscapes } from './terminal-escapes.ts';

export const HIDDEN_TEXT_REASONS = [
  'tag-characters',
  'bidi-control',
  'terminal-escape',
  'control-character',
  'variation-selectors',
  'lone-surrogate',
  'invisible-character',
] as const;
export type HiddenTextReason = (typeof HIDDEN_TEXT_REASONS)[number];

/** A `name` is compared by programs: nothing hidden is at home in one but what letters and emoji need. */
export type HiddenTextPlace = 'prose' | 'name';

export interface HiddenTextReading {
  /** Of the first hidden character; undefined: there is none. */
  readonly reason: HiddenTextReason | undefined;
  /** UTF-16 units from the first to behind the last of those that follow each other with at most one character between. */
  readonly span: Span | undefined;
  /** Hidden characters in all of the text. */
  readonly count: number;
  /** The first ones as `U+XXXX`. */
  readonly spelled: readonly string[];
  /** Characters gone through. */
  readonly work: number;
}

const ORDINARY = /^[\t\n\r\x20-\x7e]*$/;
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const SPELLED = 5;

export function inspectHiddenText(text: string, place: HiddenTextPlace = 'prose'): Finding | undefined {
  return judgeHiddenText(readHiddenText(text, place));
}

export function readHiddenText(text: string, place: HiddenTextPlace = 'prose'): HiddenTextReading {
  const work = text.length;
  if (place === 'prose' ? ORDINARY.test(text) && !LONE_RETURN.test(text) : PRINTABLE.test(text))
    return { reason: undefined, span: undefined, count: 0, spelled: [], work };
  let reason: HiddenTextReason | undefined;
  let [start, end, count] = [0, 0, 0];
  const spelled: string[] = [];
  visitHidden(text, place, (char, at) => {
    count++;
    if (reason === undefined) {
      reason = reasonFor(char.codePointAt(0) ?? 0);
      start = at;
      end = start;
    }
    if (at <= end + 1) end = at + char.length;
    if (spelled.length < SPELLED) spelled.push(codePoint(char));
  });
  return { reason, span: reason === undefined ? undefined : { start, end }, count, spelled, work: 2 * work };
}

/** Each hidden character that is not at home where it stands. */
function visitHidden(
  text: string,
  place: HiddenTextPlace,
  visit: (char: string, at: number) => void,
  mayGoOn: () => boolean = ALWAYS,
): void {
  const setting = new Setting(text, place);
  HIDDEN.lastIndex = 0;
  for (let match = HIDDEN.exec(text); match !== null; match = HIDDEN.exec(text)) {
    const [char] = match;
    if (!mayGoOn()) return;
    if (!setting.isExpected(char, match.index)) visit(char, match.index);
  }
}

/** Hidden characters that follow each other. */
export interface HiddenRun extends Span {
  /** Of the first. */
  readonly reason: HiddenTextReason;
}

/** All of them, but for what acts on terminals (terminal-escapes.ts), in the order of a text that is prose. `mayGoOn`: as there. */
export function findHiddenRuns(text: string, mayGoOn: () => boolean = ALWAYS): readonly HiddenRun[] {
  if (ORDINARY.test(text)) return NO_RUNS;
  const runs: { reason: HiddenTextReason; start: number; end: number }[] = [];
  const escapes = findTerminalEscapes(text, mayGoOn);
  let next = 0;
  visitHidden(
    text,
    'prose',
    (char, at) => {
      while ((escapes[next]?.end ?? Infinity) <= at) next++;
      if ((escapes[next]?.start ?? Infinity) <= at) return;
      const reason = reasonFor(char.codePointAt(0) ?? 0);
      const last = runs.at(-1);
      if (last?.end === at) last.end += char.length;
      else runs.push({ reason, start: at, end: at + char.length });
    },
    mayGoOn,
  );
  return runs;
}

const NO_RUNS: readonly HiddenRun[] = [];
const ALWAYS = (): boolean => true;
const PRINTABLE = /^[\x20-\x7e]*$/;
/** Not before a line end: what follows overwrites the line. */
const LONE_RETURN = /\r(?=[^\r\n])/;

const SENTENCES: Record<HiddenTextReason, string> = {
  'tag-characters': 'contains Unicode tag characters, which show nothing and which models read',
  'bidi-control': 'contains controls that change the order in which text is shown',
  'terminal-escape': 'contains terminal escapes',
  'control-character': 'contains control characters',
  'variation-selectors': 'contains variation selectors that select nothing',
  'lone-surrogate': 'contains half of a character',
  'invisible-character': 'contains invisible characters',
};

export function judgeHiddenText({ reason, span, count, spelled }: HiddenTextReading): Finding | undefined {
  if (reason === undefined) return undefined;
  const more = count > spelled.length ? ` and ${count - spelled.length} more` : '';
  return {
    detector: 'hiddenText',
    reason,
    message: `The text ${SENTENCES[reason]} (${spelled[0]}). Write it in characters that can be seen.`,
    span,
    evidence: `${spelled.join(' ')}${more}`,
  };
}

function reasonFor(code: number): HiddenTextReason {
  if (code >= 0xe0000 && code <= 0xe007f) return 'tag-characters';
  if ((code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)) return 'bidi-control';
  if (code === 0x1b || code === 0x08 || TERMINAL.has(code)) return 'terminal-escape';
  if (code < 0xa0) return 'control-character';
  if ((code >= 0xfe00 && code <= 0xfe0f) || code >= 0xe0100) return 'variation-selectors';
  return code >= 0xd800 && code <= 0xdfff ? 'lone-surrogate' : 'invisible-character';
}

function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** C1 forms of the escapes that begin a command (ECMA-48 §5.3): DCS, SOS, CSI, OSC, PM, APC. The others are mostly broken quotes. */
const TERMINAL: ReadonlySet<number> = new Set([0x90, 0x98, 0x9b, 0x9d, 0x9e, 0x9f]);
/** Prepended marks of Arabic, Syriac and Kaithi: format characters that are seen. */
const SEEN: ReadonlySet<number> = new Set([
  ...[0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6dd, 0x70f, 0x890, 0x891, 0x8e2, 0x110bd, 0x110cd],
]);
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** Scripts without blanks between words, in which U+200B says where a line may end. */
const WITHOUT_BLANKS =
  /^[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]$/u;
/** A flag by its subdivision (UTS #51, ED-14a). */
const TAGGED_FLAG = /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}/gu;

/** What is expected in a text depends on the rest of it, which is looked at when there is something to expect. */
class Setting {
  readonly #text: string;
  readonly #isProse: boolean;
  #isRightToLeft: boolean | undefined = undefined;
  #flags: readonly Span[] | undefined = undefined;
  /** Of the flags, the first that is not passed yet. */
  #flag = 0;

  constructor(text: string, place: HiddenTextPlace) {
    this.#text = text;
    this.#isProse = place === 'prose';
  }

  isExpected(char: string, at: number): boolean {
    const code = char.codePointAt(0) ?? 0;
    if (SEEN.has(code) || isAtHome(char, this.#text, at)) return true;
    if (code >= 0xe0020 && code <= 0xe007f) return this.#isInFlag(at);
    return this.#isProse && this.#isExpectedInProse(code, at);
  }

  #isExpectedInProse(code: number, at: number): boolean {
    // A form feed ends a page, in sources of GNU and in RFCs.
    if (code === 0x09 || code === 0x0a || code === 0x0c || code === 0x2028 || code === 0x2029) return true;
    if (code === 0x0d) return !LONE_RETURN.test(this.#text.slice(at, at + 2));
    if (code >= 0x80 && code <= 0x9f) return !TERMINAL.has(code);
    if (code === 0xfeff) return at === 0;
    // Isolates of first-strong direction stand around what programs fill in; alone they turn nothing around.
    if (code === 0x2068 || code === 0x2069) return true;
    if (code === 0x200b) return WITHOUT_BLANKS.test(this.#before(at)) && WITHOUT_BLANKS.test(this.#after(at));
    if (code !== 0x200e && code !== 0x200f && code !== 0x61c) return false;
    return (this.#isRightToLeft ??= RIGHT_TO_LEFT.test(this.#text));
  }

  #isInFlag(at: number): boolean {
    const flags = (this.#flags ??= Array.from(this.#text.matchAll(TAGGED_FLAG), ({ index, 0: { length } }) => {
      return { start: index, end: index + length };
    }));
    while ((flags[this.#flag]?.end ?? Infinity) <= at) this.#flag++;
    return (flags[this.#flag]?.start ?? Infinity) < at;
  }

  #before(at: number): string {
    return this.#text[at - 1] ?? '';
  }

  #after(at: number): string {
    return this.#text[at + 1] ?? '';
  }
}
