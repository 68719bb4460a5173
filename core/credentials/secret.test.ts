import { describe, expect, it } from 'vitest';
import { readSecret } from './secret.ts';

describe('a key', () => {
  it.each([
    ['as it is', 'sk-live-0123456789'],
    ['with the line break that editors put at its end', 'sk-live-0123456789\n'],
    ['with that of another system', 'sk-live-0123456789\r\n'],
  ])('is read %s', (_how, text) => {
    expect(readSecret('api', text)).toMatchObject({ name: 'api', value: 'sk-live-0123456789' });
  });

  it.each([
    ['nothing', '', /is empty/],
    ['a line break alone', '\n', /is empty/],
    ['seven characters', '1234567', /fewer than 8/],
    ['more than servers take', 'x'.repeat(8193), /more than 8192/],
    ['a line break in the middle', 'sk-live-01\nX-Admin: 1', /line break/],
    ['two line breaks at the end', 'sk-live-0123\n\n', /line break/],
    ['a blank in front', ' sk-live-0123', /blank/],
    ['a blank behind', 'sk-live-0123 ', /blank/],
    ['an umlaut', 'schlüssel-0123', /no header can carry/],
    ['a NUL', 'sk-live-\u00000123', /no header can carry/],
  ])('is refused with %s, and never said', (_what, text, problem) => {
    const read = readSecret('api', text);
    expect(read).toMatchObject({ problem: expect.stringMatching(problem) as string });
    if (text.trim().length > 3) expect(JSON.stringify(read)).not.toContain(text.trim().slice(0, 8));
  });
});
