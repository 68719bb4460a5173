import { expect, it } from 'vitest';
import { shownAnywhere, shownAnywhereWithin } from './anywhere.ts';

it.each([
  ['a tag character', 'x\u{e0061}', 'x\\u{e0061}'],
  ['a line break', 'a\nState: Approved', 'a\\u{a}State: Approved'],
  ['an image of Markdown', '![x](https://a.example)', '![x\\u{5d}(https://a.example)'],
  ['HTML', '<img src=x>', '\\u{3c}img src=x>'],
  ['code', '`x`', '\\u{60}x\\u{60}'],
  ['nothing of a list', '[1, 2] a_b *', '[1, 2] a_b *'],
])('%s', (_, text, shown) => {
  expect(shownAnywhere(text)).toBe(shown);
});

it('fits where there is room for so much, and says what is missing', () => {
  expect(shownAnywhereWithin('abc', 40)).toBe('abc');
  const cut = shownAnywhereWithin('a'.repeat(300_000), 100);
  expect(cut).toHaveLength(100);
  expect(cut).toMatch(/^a+… \[2999\d\d more characters\]$/);
});
