import { expect, it } from 'vitest';
import { unfolded } from './unfolded.ts';

it('decodes what is hexadecimal, percent escapes and escapes of C', () => {
  const text = `a ${Buffer.from('twenty letters and more').toString('hex')} b%20c%20d%21 ${'\\x61'.repeat(5)}${'\\u0062'.repeat(5)}`;
  expect(
    unfolded(text, () => expect.fail()).map((one) => [one.text, text.slice(one.start, one.end).slice(0, 6)]),
  ).toEqual([
    ['twenty letters and more', '747765'],
    ['b c d!', 'b%20c%'],
    ['aaaaabbbbb', '\\x61\\x'],
  ]);
});

it('passes over what decodes to no text, and over what is short', () => {
  expect(unfolded(`${'00ff'.repeat(20)} a%20b 6162`, () => expect.fail())).toEqual([]);
});

it('decodes so much of one text, and says that there is more', () => {
  let isOver = false;
  expect(unfolded(`${'61'.repeat(20)} `.repeat(10_000), () => (isOver = true)).length).toBe(1638);
  expect(isOver).toBe(true);
});
