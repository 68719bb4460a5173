/**
 * Parts of a text that say something else once they are decoded: hexadecimal, percent escapes, escapes of C and JSON. Models read through
 * all of these; Base64 and JSON are opened by whoever looks into messages (../content/inner-texts.ts). Tag characters are hidden text.
 */
import type { Span } from '../finding.ts';

export interface Unfolded extends Span {
  readonly text: string;
}

const HEX = /\b(?:[0-9a-fA-F]{2}){20,}\b/g;
const PERCENT = /(?:%[0-9a-fA-F]{2}[^\s%]{0,40}){3,}/g;
/** Letters in front of the first escape, of the word that it stands in. */
const MAX_LEAD = 40;
const ESCAPES = /(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}){10,}/g;
const PRINTED = /^[\t\n\r\x20-\x7e\u00a0-\uffff]*$/;
/** Together, of one text. */
const MAX_DECODED = 64 * 1024;

/** `isOver` is called where there is more than is decoded, so that nothing is known of the rest. */
export function unfolded(text: string, isOver: () => void): Unfolded[] {
  const found: Unfolded[] = [];
  let left = MAX_DECODED;
  for (const [pattern, decode] of FORMS) {
    for (const { index, 0: escaped } of text.matchAll(pattern)) {
      const start = pattern === PERCENT ? leadOf(text, index) : index;
      const written = text.slice(start, index) + escaped;
      left -= written.length;
      if (left < 0) {
        isOver();
        return found;
      }
      const decoded = decode(written);
      if (PRINTED.test(decoded)) found.push({ text: decoded, start, end: index + escaped.length });
    }
  }
  return found;
}

function leadOf(text: string, index: number): number {
  let start = index;
  while (start > 0 && index - start < MAX_LEAD && /[^\s%]/.test(text[start - 1] as string)) start--;
  return start;
}

const FORMS: readonly (readonly [RegExp, (written: string) => string])[] = [
  [HEX, (written) => Buffer.from(written, 'hex').toString('utf8')],
  [PERCENT, percentDecoded],
  [ESCAPES, (written) => written.replace(ESCAPE, (_, four?: string, two?: string) => charOf(four ?? two ?? '0'))],
];

const ESCAPE = /\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})/g;

function charOf(hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}

function percentDecoded(written: string): string {
  return written.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
