/**
 * Texts of agents and servers on their way to a person, one dress for each place where people read. In none of them can such a text
 * begin a line, end the frame that it stands in, be markup, lead anywhere, go unseen or turn its neighbours around (UTS #39, UAX #9);
 * whatever is not shown as it came is spelled out as `\u{…}`, so that nothing is lost either. Whoever shows more than a name says
 * beside it whose words these are: that a text is harmless does not make it true.
 */
import { cutShown } from './cut.ts';
import { spelledOut, visible } from './terminal-text.ts';

export interface Channel {
  /** For a place within a line of ours: one line, of at most `max` UTF-16 units, frame included. */
  line(text: string, max?: number): string;
  /** Lines under a line of ours, each behind a bar, in at most `max` UTF-16 units, frame included. A line that no longer fits is left out, and counted. */
  block(lines: readonly string[], max?: number): string;
}

interface Dress {
  /** What of a text that can be seen is spelled out. */
  readonly spelled: RegExp;
  /** Of one character. */
  readonly escape: (char: string) => string;
  readonly frame: readonly [string, string];
  readonly blockFrame: readonly [string, string];
  /** Whether the place lays lines out by the bidirectional algorithm: there a text in Hebrew would pull what stands behind it to its other side. */
  readonly bidi: boolean;
}

const LONG_LINE = 2_000;
const LONG_BLOCK = 32_000;
const BAR = '| ';

/** Turns text into a link in mail and chats; a domain alone, which some link as well, would take its dots. */
const LINKS = String.raw`(?<=:)/(?=/)|(?<=\bwww)\.`;
const NOTHING = /(?!)/gu;
const asIs = (char: string): string => char;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);
const entity = (char: string): string => ENTITIES.get(char) ?? char;
/** The three that Slack decodes, and no others: https://docs.slack.dev/messaging/formatting-message-text */
const slackEntity = (char: string): string => ('&<>'.includes(char) ? entity(char) : char);

/** A terminal and whatever is printed to one, such as what kubectl describes. */
export const terminal = channelOf({
  spelled: NOTHING,
  escape: asIs,
  frame: ['', ''],
  blockFrame: ['', ''],
  bidi: false,
});

/** Text that nothing parses, but may find links in: mail of the type text/plain and its subject, a TextRun of an Adaptive Card. */
export const plain = channelOf({
  spelled: new RegExp(LINKS, 'gu'),
  escape: asIs,
  frame: ['', ''],
  blockFrame: ['', ''],
  bidi: true,
});

/** A `plain_text` object of Slack, to be sent with `emoji: false`. */
export const slackPlain = channelOf({
  spelled: new RegExp(LINKS, 'gu'),
  escape: slackEntity,
  frame: ['', ''],
  blockFrame: ['', ''],
  bidi: true,
});

/** A `mrkdwn` object of Slack. Nothing but code is free of its markup, which has no escapes. */
export const slack = channelOf({
  spelled: new RegExp(`\`|${LINKS}`, 'gu'),
  escape: slackEntity,
  frame: ['`', '`'],
  blockFrame: ['```\n', '\n```'],
  bidi: true,
});

/** A code span or block of Markdown (CommonMark 0.31 §6.1, §4.5); a cell of a table (GFM §4.10) ends at a bar even there. */
export const markdown = channelOf({
  spelled: new RegExp(`[\`|]|${LINKS}`, 'gu'),
  escape: asIs,
  frame: ['`', '`'],
  blockFrame: ['```text\n', '\n```'],
  bidi: true,
});

/** The text of an element, or the value of an attribute in quotes. */
export const html = channelOf({
  spelled: new RegExp(LINKS, 'gu'),
  escape: entity,
  frame: ['', ''],
  blockFrame: ['<pre>', '</pre>'],
  bidi: true,
});

function channelOf(dress: Dress): Channel {
  const [open, close] = dress.frame;
  const [openBlock, closeBlock] = dress.blockFrame;
  return {
    line(text, max = LONG_LINE) {
      const room = max - open.length - close.length;
      return `${open}${dressed(text, room, dress) || EMPTY}${close}`;
    },
    block(lines, max = LONG_BLOCK) {
      const room = max - openBlock.length - closeBlock.length;
      return `${openBlock}${fitting(lines, room, dress).join('\n')}${closeBlock}`;
    },
  };
}

/** An empty code span is none, and an empty cell looks like one that was forgotten. */
const EMPTY = '(empty)';

function fitting(lines: readonly string[], room: number, dress: Dress): string[] {
  const shown: string[] = [];
  let left = room - markOf(lines.length).length;
  for (const line of lines) {
    const next = `${BAR}${dressed(line, LONG_LINE, dress)}`;
    if (next.length + 1 > left) return [...shown, markOf(lines.length - shown.length)];
    left -= next.length + 1;
    shown.push(next);
  }
  return shown;
}

function markOf(missing: number): string {
  return `… ${missing} more lines, which are not shown here`;
}

/** Blocks in which letters run from right to left by default (Unicode, DerivedBidiClass.txt). */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** FSI and PDI (UAX #9 §2.4): only ours are left, since `visible` spells out all others. */
const ISOLATED = ['\u2068', '\u2069'] as const;

function dressed(text: string, room: number, { spelled, escape, bidi }: Dress): string {
  // Nobody is shown more than `room`, so no more is looked at; what is left out counts all the same.
  const looked = text.length <= 2 * room ? text : text.slice(0, 2 * Math.max(0, room)).toWellFormed();
  const seen = visible(looked).replaceAll(spelled, spelledOut);
  const isolates = bidi && RIGHT_TO_LEFT.test(seen);
  const inner = cutShown(seen, isolates ? room - 2 : room, escape, text.length - looked.length);
  return isolates ? `${ISOLATED[0]}${inner}${ISOLATED[1]}` : inner;
}
