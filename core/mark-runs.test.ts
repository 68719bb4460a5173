import { expect, it } from 'vitest';
import { withoutLongMarkRuns } from './mark-runs.ts';
import { foldLookAlikes } from './inspect/look-alikes.ts';
import { fold } from './mcp/fold.ts';

const ACUTE = '\u0301';
const BELOW = '\u0316';

it.each([
  ['plain', 'plain'],
  [`e${ACUTE}te${ACUTE}`, `e${ACUTE}te${ACUTE}`],
  [`e${ACUTE.repeat(30)}x`, `e${ACUTE.repeat(30)}x`],
  [`e${ACUTE.repeat(31)}x`, 'ex'],
  // The letter has one of its own.
  [`\u00e9${ACUTE.repeat(30)}x`, 'ex'],
  // Each is two of them (U+0344).
  [`e${'\u0344'.repeat(16)}x`, 'ex'],
  [`\ud834\udd57${'\ud834\udd65'.repeat(30)}`, `\ud834\udd57${'\ud834\udd65'.repeat(30)}`],
  [ACUTE.repeat(40), ''],
])('of %j only runs of more than 30 marks are taken out: %j', (text, expected) => {
  expect(withoutLongMarkRuns(text)).toBe(expected);
});

it('says the same of texts that are canonically equivalent', () => {
  for (const count of [13, 14, 15, 28, 29, 30, 31, 60]) {
    for (const letter of ['e', '\u00e9', '\u1f82', '']) {
      const text = `${letter}${`${ACUTE}\u0344${BELOW}`.repeat(count)}`.slice(0, letter.length + count);
      const [composed, decomposed] = [text.normalize('NFC'), text.normalize('NFD')].map(withoutLongMarkRuns);
      expect(decomposed?.normalize('NFD')).toBe(composed?.normalize('NFD'));
      expect(withoutLongMarkRuns(text).normalize('NFD')).toBe(composed?.normalize('NFD'));
    }
  }
});

it('takes for a mark all that is put in order when a text is normalised', () => {
  const missed: string[] = [];
  for (let code = 0; code <= 0x10_ffff; code++) {
    const char = String.fromCodePoint(code);
    if (/\p{M}/u.test(char) || (code >= 0xd800 && code <= 0xdfff)) continue;
    // U+0345 comes last of all marks, so any other goes in front of it.
    if (`\u0345${char}`.normalize('NFD') !== `\u0345${char.normalize('NFD')}`) missed.push(code.toString(16));
  }
  expect(missed).toEqual([]);
});

it('neither a key nor a path of nothing but marks holds the process', () => {
  const marks = `a${`${ACUTE}${BELOW}`.repeat(500_000)}`;
  const before = performance.now();
  for (const text of [marks, marks.repeat(2), `${marks}/..`]) {
    fold(text);
    foldLookAlikes(text);
  }
  // It was the better part of an hour.
  expect(performance.now() - before).toBeLessThan(5_000);
});
