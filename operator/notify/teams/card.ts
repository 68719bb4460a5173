/**
 * A request as an Adaptive Card (https://adaptivecards.io/explorer, version 1.5), in the envelope that a workflow of Teams takes ("When a
 * Teams webhook request is received"). Texts of others are TextRuns: a TextBlock would read Markdown, which has no way to escape all of it.
 */
import { plain } from '../../../core/shown/channels.ts';
import type { StoredRequest } from '../../custom-resources.ts';
import type { News } from '../told.ts';
import { type Words, wordsOf } from '../words.ts';

/** Teams takes 28 KB; some of it is for what it adds itself. */
const MAX_BYTES = 24 * 1024;

interface Room {
  readonly line: number;
  readonly block: number;
}

/** What does not fit is said in fewer words. */
const ROOMS: readonly Room[] = [
  { line: 1_000, block: 8_000 },
  { line: 300, block: 4_000 },
  { line: 100, block: 1_000 },
  // As many votes as a request can have, with reasons in three bytes a letter.
  { line: 50, block: 300 },
];

export function teamsMessage(request: StoredRequest, news: News): object {
  const words = wordsOf(request, news);
  const messages = ROOMS.map((room) => messageOf(words, room));
  return messages.find((message) => Buffer.byteLength(JSON.stringify(message)) <= MAX_BYTES) ?? messages.at(-1) ?? {};
}

function messageOf(words: Words, room: Room): object {
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: cardOf(words, room),
      },
    ],
  };
}

function cardOf({ headline, what, rows, block, commands }: Words, room: Room): object {
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.5',
    msteams: { width: 'Full' },
    fallbackText: `${headline}: ${plain.line(what, 200)}`,
    body: [
      lines([run(headline, { weight: 'Bolder', size: 'Large' })]),
      ...[['What', what] as const, ...rows].map(([label, value]) =>
        lines([run(`${label}: `, { weight: 'Bolder' }), run(plain.line(value, room.line))]),
      ),
      ...(block === undefined
        ? []
        : [
            lines([run(block.heading, { weight: 'Bolder' })]),
            // A line break within a run is shown as a blank: each line is a block of its own.
            ...plain.block(block.lines, room.block).split('\n').map(code),
          ]),
      ...(commands === undefined
        ? []
        : [
            lines([run('See all of it', { weight: 'Bolder' })]),
            code(commands.show),
            lines([run('Decide', { weight: 'Bolder' })]),
            code(commands.approve),
            code(commands.deny),
          ]),
    ],
  };
}

function lines(inlines: readonly object[]): object {
  return { type: 'RichTextBlock', spacing: 'Small', inlines };
}

function code(text: string): object {
  return { type: 'RichTextBlock', spacing: 'None', inlines: [run(text, { fontType: 'Monospace' })] };
}

function run(text: string, style: object = {}): object {
  return { type: 'TextRun', text, ...style };
}
