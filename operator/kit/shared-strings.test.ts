import { expect, it } from 'vitest';
import { SharedStrings } from './shared-strings.ts';

it('gives equal strings back, whatever they are', () => {
  const strings = new SharedStrings();
  const long = 'x'.repeat(300);
  for (const text of ['a', 'a', '', long, undefined]) expect(strings.of(text)).toBe(text);
});

it('goes on when there are more different ones than it keeps', () => {
  const strings = new SharedStrings();
  for (let i = 0; i < 50_000; i++) expect(strings.of(`text ${i}`)).toBe(`text ${i}`);
});
