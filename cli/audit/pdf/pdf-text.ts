/**
 * Text for the fonts that every reader of PDF has (PDF 1.7, §9.6.2.2), which know the letters of Windows-1252 alone. All others are shown
 * as `\u{…}`: no font has to be embedded, and a letter that only looks like another one is seen to be one.
 */
import { visible } from '../../../core/shown/terminal-text.ts';

/** The letters of Windows-1252 that are not in Latin-1. */
const BESIDES = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';

export function pdfText(text: string): string {
  return Array.from(visible(text), (char) =>
    isKnown(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  ).join('');
}

function isKnown(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return (code >= 0x20 && code <= 0x7e) || (code >= 0xa1 && code <= 0xff) || BESIDES.includes(char);
}
