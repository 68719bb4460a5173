/** Ways to have text read by a model that its user is not shown, or takes for something else. */
import type { Span } from '../finding.ts';

export const DISGUISES = ['prompt-markup', 'hidden-markup', 'out-of-view', 'encoded'] as const;

export interface Disguise {
  readonly reason: (typeof DISGUISES)[number];
  readonly span: Span;
}

/** `isOrder`: whether what was hidden says something to a model. */
export function findDisguise(text: string, isOrder: (text: string) => boolean): Disguise | undefined {
  return findPromptMarkup(text) ?? findHiddenMarkup(text) ?? findOutOfView(text) ?? findEncoded(text, isOrder);
}

/** Of the templates by which models tell who speaks (ChatML, Llama, Mistral), and blocks that demand attention. */
const TEMPLATE =
  /<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id|eot_id)\|>|\[\/?INST\]|<<\/?SYS>>/;
const SHOUTED = /<(?:IMPORTANT|SYSTEM|SECRET|HIDDEN|CRITICAL|ADMIN|OVERRIDE|PRIORITY|INSTRUCTIONS?)>/;
const OPENED =
  /<(important|system|secret|hidden|critical|admin|override|priority|instructions?|system-reminder|assistant)>/gi;

function findPromptMarkup(text: string): Disguise | undefined {
  const mark = TEMPLATE.exec(text) ?? SHOUTED.exec(text);
  if (mark !== null) return { reason: 'prompt-markup', span: spanOf(mark.index, mark[0]) };
  if (!text.includes('</')) return undefined;
  const lower = text.toLowerCase();
  const looked = new Set<string>();
  for (const match of text.matchAll(OPENED)) {
    const [opened, written = ''] = match;
    const name = written.toLowerCase();
    if (looked.has(name)) continue;
    looked.add(name);
    // A placeholder, such as `<system>:<id>`, is never closed.
    if (lower.includes(`</${name}>`)) return { reason: 'prompt-markup', span: spanOf(match.index, opened) };
  }
  return undefined;
}

const UNSHOWN =
  /display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden|font-size\s{0,4}:\s{0,4}0(?![.\d])|^\[\/\/\]: # /im;
/** Editors of pages keep a name in a comment; a sentence is for whoever reads the source. */
const WORDS_OF_SENTENCE = 5;
const MAX_COMMENT = 4096;

function findHiddenMarkup(text: string): Disguise | undefined {
  for (let at = text.indexOf('<!--'); at >= 0; at = text.indexOf('<!--', at + 4)) {
    const close = text.indexOf('-->', at + 4);
    const end = close < 0 ? text.length : close;
    const words = text.slice(at + 4, Math.min(end, at + MAX_COMMENT)).match(/\p{L}+/gu)?.length ?? 0;
    if (words >= WORDS_OF_SENTENCE) return { reason: 'hidden-markup', span: { start: at, end } };
    // All that follows has been looked for its end.
    if (close < 0) break;
  }
  const style = UNSHOWN.exec(text);
  return style === null ? undefined : { reason: 'hidden-markup', span: spanOf(style.index, style[0]) };
}

/** More than a screen, or than a line of any table. */
const MANY_LINES = 20;
const MANY_BLANKS = 200;

function findOutOfView(text: string): Disguise | undefined {
  let [blanks, lines, start] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x0a) lines++;
    else if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0xa0 && code !== 0x2800) {
      if (start > 0 && (lines >= MANY_LINES || blanks >= MANY_BLANKS))
        return { reason: 'out-of-view', span: { start, end: i } };
      [blanks, lines, start] = [0, 0, i + 1];
      continue;
    }
    blanks++;
  }
  return undefined;
}

const BASE64 = /[A-Za-z0-9+/_-]{24,}={0,2}/g;
/** Together, of one text. */
const MAX_DECODED = 64 * 1024;

function findEncoded(text: string, isOrder: (text: string) => boolean): Disguise | undefined {
  let left = MAX_DECODED;
  for (const match of text.matchAll(BASE64)) {
    const [written] = match;
    if (written.length > left) break;
    left -= written.length;
    const decoded = Buffer.from(written, 'base64').toString('utf8');
    if (PRINTED.test(decoded) && isOrder(decoded)) return { reason: 'encoded', span: spanOf(match.index, written) };
  }
  return undefined;
}

const PRINTED = /^[\t\n\r\x20-\x7e\u00a0-\uffff]*$/;

function spanOf(start: number, { length }: string): Span {
  return { start, end: start + length };
}
