/**
 * What acts on a terminal instead of being shown by it: escape sequences (ECMA-48 §5, xterm control sequences), in their forms of seven
 * and of eight bits, and characters that overwrite what stands before them. Shown by a log viewer or a command line, they hide text,
 * lead links elsewhere (OSC 8), write to the clipboard (OSC 52) or type answers.
 */
import type { Span } from './finding.ts';

export const TERMINAL_REASONS = [
  'terminal-style',
  'terminal-control',
  'overwrites-text',
  'terminal-link',
  'terminal-clipboard',
  'terminal-command',
] as const;
export type TerminalReason = (typeof TERMINAL_REASONS)[number];

export interface TerminalEscape extends Span {
  readonly reason: TerminalReason;
}

/** It holds text of its own, which goes with it: without that, what is left reads as it would have been shown. */
export function carriesText({ reason }: Pick<TerminalEscape, 'reason'>): boolean {
  return reason === 'terminal-link' || reason === 'terminal-clipboard' || reason === 'terminal-command';
}

const ESC = 0x1b;
const BELL = 0x07;
const BACKSPACE = 0x08;
const RETURN = 0x0d;
const STRING_END = 0x9c;

/** C1 forms that begin a command; the others are mostly quotes that were decoded wrongly. */
const BEGINS_COMMAND = String.fromCharCode(0x90, 0x98, 0x9b, 0x9d, 0x9e, 0x9f);
const BEGINS = new RegExp(`[${String.fromCharCode(ESC, BELL, BACKSPACE)}${BEGINS_COMMAND}]|\\r(?=[^\\r\\n])`, 'g');
const NONE: readonly TerminalEscape[] = [];
const ALWAYS = (): boolean => true;

/** `mayGoOn`: asked before each of them is looked at; nothing is known of those behind where it says no. */
export function findTerminalEscapes(text: string, mayGoOn: () => boolean = ALWAYS): readonly TerminalEscape[] {
  let found: TerminalEscape[] | undefined;
  BEGINS.lastIndex = 0;
  for (let match = BEGINS.exec(text); match !== null; match = BEGINS.exec(text)) {
    if (!mayGoOn()) break;
    const one = sequenceAt(text, match.index);
    (found ??= []).push(one);
    BEGINS.lastIndex = one.end;
  }
  return found ?? NONE;
}

function sequenceAt(text: string, start: number): TerminalEscape {
  const code = text.charCodeAt(start);
  if (code === BACKSPACE || code === RETURN) return { reason: 'overwrites-text', start, end: start + 1 };
  if (code === BELL) return { reason: 'terminal-control', start, end: start + 1 };
  if (code !== ESC) return commandAt(text, start, start + 1, code - 0x40);
  const next = text.charCodeAt(start + 1);
  // `[`, `]`, `P`, `X`, `^` and `_` behind ESC are the C1 forms in seven bits.
  if (next >= 0x40 && next <= 0x5f) return commandAt(text, start, start + 2, next);
  let end = start + 1;
  while (isBetween(text.charCodeAt(end), 0x20, 0x2f)) end++;
  return { reason: 'terminal-control', start, end: isBetween(text.charCodeAt(end), 0x30, 0x7e) ? end + 1 : end };
}

const CSI = 0x5b;
const OSC = 0x5d;
/** DCS, SOS, PM and APC hold a text until their end, as OSC does. */
const STRINGS: ReadonlySet<number> = new Set([0x50, 0x58, 0x5e, 0x5f, OSC]);

/** `introducer`: in its seven-bit form, without ESC. */
function commandAt(text: string, start: number, from: number, introducer: number): TerminalEscape {
  if (introducer === CSI) return controlAt(text, start, from);
  if (!STRINGS.has(introducer)) return { reason: 'terminal-control', start, end: from };
  const end = endOfCommand(text, from);
  const said = text.slice(from, Math.min(end, from + LOOKED_AT));
  // What ends a link has no address.
  if (introducer === OSC && /^8;[^;]*;?(?:\p{Cc}|$)/u.test(said)) return { reason: 'terminal-control', start, end };
  return { reason: introducer === OSC ? reasonOfOsc(said) : 'terminal-command', start, end };
}

/** Behind the number and the parameters of a link. */
const LOOKED_AT = 256;

function reasonOfOsc(said: string): TerminalReason {
  if (said.startsWith('8;')) return 'terminal-link';
  return said.startsWith('52;') ? 'terminal-clipboard' : 'terminal-command';
}

const PARAMETERS_AT_MOST = 256;

function controlAt(text: string, start: number, from: number): TerminalEscape {
  let end = from;
  while (end < from + PARAMETERS_AT_MOST && isBetween(text.charCodeAt(end), 0x20, 0x3f)) end++;
  const final = text.charCodeAt(end);
  if (!isBetween(final, 0x40, 0x7e)) return { reason: 'terminal-control', start, end };
  return { reason: final === 0x6d ? 'terminal-style' : 'terminal-control', start, end: end + 1 };
}

/** Behind BEL or ST; what is cut off by a line end or another sequence ends there, as terminals have it. */
function endOfCommand(text: string, from: number): number {
  COMMAND_END.lastIndex = from;
  const end = COMMAND_END.exec(text);
  if (end === null) return text.length;
  const [mark] = end;
  return ENDS.has(mark) ? end.index + mark.length : end.index;
}

const ESCAPE = String.fromCharCode(ESC);
const ENDS: ReadonlySet<string> = new Set([String.fromCharCode(BELL), String.fromCharCode(STRING_END), `${ESCAPE}\\`]);
/** Besides, CAN and SUB take back what has begun. */
const COMMAND_END = new RegExp(
  `[${String.fromCharCode(BELL, STRING_END, 0x18, 0x1a)}\\n${BEGINS_COMMAND}]|${ESCAPE}\\\\?`,
  'g',
);

function isBetween(code: number, low: number, high: number): boolean {
  return code >= low && code <= high;
}
