import { expect, test } from 'vitest';
import { evidenceOf } from './finding.ts';

test('evidence is the text itself where that is harmless', () => {
  expect(evidenceOf('/data/ü 👩.txt')).toBe('/data/ü 👩.txt');
});

test('controls, hidden characters, line ends and quotes do not get into evidence', () => {
  expect(evidenceOf('a\u001b[31m\u202e\u2028"\u{e0041}')).toBe('a\ufffd[31m\ufffd\ufffd\ufffd\ufffd');
});

test('evidence has at most 100 units and says that there is more', () => {
  expect(evidenceOf('x'.repeat(100))).toBe('x'.repeat(100));
  expect(evidenceOf('x'.repeat(101))).toBe(`${'x'.repeat(99)}…`);
});

test('a character that the cut would halve is no lone surrogate', () => {
  expect(evidenceOf(`${'x'.repeat(98)}👩${'x'.repeat(9)}`).isWellFormed()).toBe(true);
});
