import { expect, it } from 'vitest';
import { WordList } from './word-list.ts';

const found = (words: string[], text: string): string[] =>
  new WordList(words).find(text).map(({ start, end }) => text.slice(start, end));

it.each<[what: string, words: string[], text: string, parts: string[]]>([
  [
    'whole, in any case',
    ['blue harvest', 'C++'],
    'Blue Harvest, blue harvester, c++ and Harvest',
    ['Blue Harvest', 'c++'],
  ],
  ['not at all', ['absent'], 'present', []],
  ['in a longer name that begins like another word', ['Acme Corp', 'Acme'], 'Acme Corporation', ['Acme']],
  ['the longer of two', ['Acme', 'Acme Corp'], 'by Acme Corp.', ['Acme Corp']],
  ['at both ends', ['a'], 'a b a', ['a', 'a']],
  ['in other scripts', ['ÉTÉ', 'δίας', 'masse'], 'été, ΔΊΑΣ, maſſe', ['été', 'ΔΊΑΣ', 'maſſe']],
  ['beside marks', ['--'], 'a--b ---', ['--', '--']],
  ['with half of a pair', ['\ud83d'], 'a \ud83d b', ['\ud83d']],
])('words are found %s', (_what, words, text, parts) => {
  expect(found(words, text)).toEqual(parts);
});

it('all are found in a long text, and the rest goes with the last where nobody would read so many', () => {
  expect(new WordList(['ada']).find('ada, '.repeat(15_000))).toHaveLength(15_000);
  const text = 'a '.repeat(20_010);
  expect(new WordList(['a']).find(text).at(-1)).toEqual({ start: 40_000, end: text.length });
});

it('many that begin alike take no time that grows with them', () => {
  const words = Array.from({ length: 256 }, (_, i) => `${'k'.repeat((i % 100) + 1)} b${i}`);
  const begun = performance.now();
  expect(found(words, `${'k'.repeat(200_000)} k b0`)).toEqual(['k b0']);
  expect(performance.now() - begun).toBeLessThan(1_000);
});
