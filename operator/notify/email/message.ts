/** A request as a mail: plain text, and the same as HTML. Pure. Everything of others is one line, so that none becomes a header. */
import { createHash } from 'node:crypto';
import { html, plain } from '../../../core/shown/channels.ts';
import type { StoredRequest } from '../../custom-resources.ts';
import type { News } from '../told.ts';
import { type Words, wordsOf } from '../words.ts';

export interface Mail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  /** Of the first mail about the request, in those that follow it. */
  readonly inReplyTo?: string;
  readonly references?: string;
}

const MAX_BLOCK = 16_000;
const MAX_LINE = 2_000;
/** RFC 5322 §2.1.1 recommends 78 for a line; longer subjects are folded, and shown by few. */
const MAX_SUBJECT = 120;

/** `domain`: of the sender, which is to the right of the @ of a message id (RFC 5322 §3.6.4). */
export function mailOf(request: StoredRequest, news: News, domain: string): Mail {
  const words = wordsOf(request, news);
  const uid = request.metadata.uid ?? '';
  const first = idOf(uid, 'Requested', '', domain);
  const own = news === 'Requested' ? first : idOf(uid, news, request.status?.state ?? '', domain);
  return {
    subject: `[Sallyport] ${words.headline}: ${plain.line(words.what, MAX_SUBJECT)}`,
    text: textOf(words),
    html: htmlOf(words),
    messageId: own,
    ...(own === first ? {} : { inReplyTo: first, references: first }),
  };
}

/** The same for each attempt, so that a mail that was sent twice is shown once by the programs that look at it. */
function idOf(uid: string, news: string, detail: string, domain: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([uid, news, detail]))
    .digest('hex')
    .slice(0, 40);
  return `<${digest}@${domain}>`;
}

function textOf({ headline, what, rows, block, commands }: Words): string {
  const lines = [
    `${headline}.`,
    '',
    ...[['What', what] as const, ...rows].map(([label, value]) => `${label}: ${plain.line(value, MAX_LINE)}`),
    ...(block === undefined ? [] : ['', `${block.heading}:`, plain.block(block.lines, MAX_BLOCK)]),
    ...(commands === undefined
      ? []
      : [
          '',
          'See all of it:',
          '',
          `  ${commands.show}`,
          '',
          'Decide:',
          '',
          `  ${commands.approve}`,
          `  ${commands.deny}`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

function htmlOf({ headline, what, rows, block, commands }: Words): string {
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><body>',
    `<h2>${headline}</h2>`,
    `<table>${[['What', what] as const, ...rows].map(rowOf).join('')}</table>`,
    ...(block === undefined ? [] : [`<p>${block.heading}:</p>${html.block(block.lines, MAX_BLOCK)}`]),
    ...(commands === undefined
      ? []
      : [commandsOf('See all of it:', commands.show), commandsOf('Decide:', commands.approve, commands.deny)]),
    '</body></html>',
  ].join('\n');
}

function rowOf([label, value]: readonly [string, string]): string {
  return `<tr><th align="left" valign="top">${label}</th><td>${html.line(value, MAX_LINE)}</td></tr>`;
}

function commandsOf(heading: string, ...commands: string[]): string {
  return `<p>${heading}</p><pre>${commands.map((command) => html.line(command, MAX_LINE)).join('\n')}</pre>`;
}
