/**
 * Addresses in a text, and what their reader does with each: an image of Markdown or HTML is fetched by whoever shows the text, without
 * anybody's doing; a link waits for a click. Each is looked at with a bounded number of characters around it, so that the work grows
 * with the length of the text alone.
 */
import type { Span } from '../finding.ts';

/** `loaded`: fetched when it is shown. `marked`: a link in Markdown or HTML. `bare`: an address that stands there by itself. */
export type LinkForm = 'loaded' | 'marked' | 'bare';

export interface Link extends Span {
  readonly form: LinkForm;
  readonly url: string;
}

const SCHEME = /(?:https?|wss?|ftp):\/\/|(?<=["'(=]|\]:\s{1,4}|url\(\s{0,4})\/\/(?=[a-z0-9])/gi;
/** Browsers cut nothing, but no line of a text that is meant to be read has one that is longer. */
const MAX_URL = 4096;
/** Of what stands in front: the label of a link, or the beginning of a tag. */
const MAX_BEFORE = 512;

/** `mayGoOn`: asked before each of them is looked at; nothing is known of those behind where it says no. */
export function findLinks(text: string, mayGoOn: () => boolean = ALWAYS): readonly Link[] {
  if (!text.includes('//')) return NONE;
  const links: Link[] = [];
  let images: ReadonlySet<string> | undefined;
  SCHEME.lastIndex = 0;
  for (let match = SCHEME.exec(text); match !== null; match = SCHEME.exec(text)) {
    if (!mayGoOn()) break;
    const start = match.index;
    const place = placeOf(text, start);
    const end = endOf(text, start + match[0].length, place.closing);
    SCHEME.lastIndex = Math.max(end, SCHEME.lastIndex);
    const form =
      place.reference === undefined
        ? place.form
        : (images ??= referencedImages(text)).has(place.reference)
          ? 'loaded'
          : 'marked';
    // What has no scheme is an address only where something says so.
    if (form === 'bare' && match[0] === '//') continue;
    links.push({ form, url: text.slice(start, end), start, end });
  }
  return links;
}

const NONE: readonly Link[] = [];
const ALWAYS = (): boolean => true;

interface LinkPlace {
  readonly form: LinkForm;
  /** What ends it; undefined: the first blank. */
  readonly closing: string | undefined;
  /** Of a definition, `[name]: https://…`. */
  readonly reference: string | undefined;
}

const BARE: LinkPlace = { form: 'bare', closing: undefined, reference: undefined };

function placeOf(text: string, start: number): LinkPlace {
  const before = text.slice(Math.max(0, start - MAX_BEFORE), start);
  const css = /(?:url\(\s{0,4}|@import\s{1,4})(["']?)$/i.exec(before);
  if (css !== null) return { form: 'loaded', closing: css[1] === '' ? ')' : css[1], reference: undefined };
  const inTag = placeInTag(before);
  if (inTag !== undefined) return inTag;
  const opened = /\]\(\s{0,4}(<?)$/.exec(before);
  if (opened !== null) {
    const isImage = isImageLabel(before, opened.index);
    return { form: isImage ? 'loaded' : 'marked', closing: opened[1] === '<' ? '>' : ')', reference: undefined };
  }
  const defined = /(?:^|\n)[ \t]{0,3}\[([^\]\n]{1,200})\]:[ \t]{0,4}(<?)$/.exec(before);
  if (defined !== null) {
    const [, name = '', angle] = defined;
    return { form: 'marked', closing: angle === '<' ? '>' : undefined, reference: name.trim().toLowerCase() };
  }
  return before.endsWith('<') ? { form: 'marked', closing: '>', reference: undefined } : BARE;
}

/** What browsers fetch by themselves, by tag; of any other tag an address is a link. */
const LOADING =
  /^(?:img|image|iframe|frame|embed|object|script|link|source|video|audio|track|input|use|body|table|td|th|portal|applet|bgsound|base|style|meta|div|span|p|svg)$/;
const LINKING = /^(?:href|action|formaction|cite|longdesc|xlink:href)$/;
/** Their `href` is a resource, not a link. */
const LOADS_HREF = /^(?:link|image|use|base|feimage)$/;

function placeInTag(before: string): LinkPlace | undefined {
  const open = before.lastIndexOf('<');
  if (open < 0 || before.indexOf('>', open) >= 0) return undefined;
  const inner = before.slice(open + 1);
  const tag = /^[a-z][a-z0-9:-]{0,30}(?=\s)/i.exec(inner)?.[0].toLowerCase();
  const attribute = /([a-z][a-z0-9:-]{0,30})\s{0,4}=\s{0,4}(?:(["'])[^"'<>]*|)$/i.exec(inner);
  if (tag === undefined || attribute === null) return undefined;
  const [, name = '', quote] = attribute;
  const isLink = LINKING.test(name.toLowerCase()) && !LOADS_HREF.test(tag);
  return { form: !isLink && LOADING.test(tag) ? 'loaded' : 'marked', closing: quote, reference: undefined };
}

/** `closed`: index of the `]` of a label, which may have brackets, and images, in it. */
function isImageLabel(before: string, closed: number): boolean {
  let depth = 1;
  for (let i = closed - 1; i >= 0; i--) {
    const char = before[i];
    if (char === ']') depth++;
    else if (char === '[' && --depth === 0) return before[i - 1] === '!';
  }
  return false;
}

const REFERENCED = /!\[([^\][\n]{0,200})\](?:\[([^\][\n]{0,200})\])?/g;

/** Names of definitions that an image refers to: `![alt][name]`, `![name][]`, `![name]`. */
function referencedImages(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [, alt = '', name = ''] of text.matchAll(REFERENCED))
    names.add((name === '' ? alt : name).trim().toLowerCase());
  return names;
}

/** Placeholders in angle brackets are part of an address, tags and quotes are not. */
const BARE_END =
  /[\s"'`\u3000\u3001\u3002\uff0c]|<(?![A-Za-z_][A-Za-z0-9_ -]{0,60}>(?:[&/?#.:=]|\s|$))|>(?!.)|\\[nrt"]/y;
const TRAILING = /[.,;:!?*_|\\]+$/;

function endOf(text: string, from: number, closing: string | undefined): number {
  const limit = Math.min(text.length, from + MAX_URL);
  if (closing === undefined) return bareEnd(text, from, limit);
  let depth = 0;
  for (let i = from; i < limit; i++) {
    const char = text[i] as string;
    if (char === '\n') return i;
    if (closing !== ')') {
      if (char === closing) return i;
    } else if (char === '(') depth++;
    else if (char === ')' && depth-- === 0) return i;
    // A title, `(https://… "title")`.
    else if (char === ' ' && (text[i + 1] === '"' || text[i + 1] === "'")) return i;
  }
  return limit;
}

function bareEnd(text: string, from: number, limit: number): number {
  let end = from;
  for (; end < limit; end++) {
    BARE_END.lastIndex = end;
    if (BARE_END.test(text)) break;
  }
  const url = text.slice(from, end).replace(TRAILING, '');
  // Of a sentence in brackets.
  return from + (url.endsWith(')') && !url.includes('(') ? url.length - 1 : url.length);
}
