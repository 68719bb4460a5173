import { expect, test } from 'vitest';
import { pdfText } from './pdf-text.ts';

test.each([
  ['plain', 'plain'],
  ['Grüße – „so“ für 5 €', 'Grüße – „so“ für 5 €'],
  ['аdmin', String.raw`\u{430}dmin`],
  ['日本', String.raw`\u{65e5}\u{672c}`],
  ['a\u202eb\u001b[2J', String.raw`a\u{202e}b\u{1b}[2J`],
  ['😀', String.raw`\u{1f600}`],
])('%j is shown as %s', (text, shown) => expect(pdfText(text)).toBe(shown));
