import { describe, expect, test } from 'vitest';
import { cutToBytes, foldLookAlikes, isPathSyntax } from './look-alikes.ts';

describe('folding', () => {
  const folded: Record<string, [string, string]> = {
    'full-width dots and slashes': ['．．／etc', '../etc'],
    'a two dot leader': ['‥/etc', '../etc'],
    'a fraction slash': ['..⁄etc', '../etc'],
    'a division slash': ['..∕etc', '../etc'],
    'a set minus': ['..∖etc', '..\\etc'],
    'an ideographic full stop': ['。。/etc', '../etc'],
    'a half-width ideographic full stop': ['｡｡/etc', '../etc'],
    'a yen sign between dots': ['..¥..', '..\\..'],
    'a full-width scheme': ['ｆｉｌｅ：／／／etc', 'file:///etc'],
  };
  for (const [name, [text, result]] of Object.entries(folded)) {
    test(`shows ${name}`, () => expect(foldLookAlikes(text)).toBe(result));
  }

  const kept: Record<string, string> = {
    'a price': '¥100',
    'a full-width colon of a Chinese title': 'A：简介',
    'Arabic digits': '٠٠',
    'letters with marks': 'Überträge',
  };
  for (const [name, text] of Object.entries(kept)) {
    test(`keeps ${name}`, () => expect(foldLookAlikes(text)).toBe(text));
  }

  test('a pile of marks takes no time', () => {
    const start = performance.now();
    foldLookAlikes(`a${'\u0301\u0323'.repeat(100_000)}／`);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe('cutting to bytes', () => {
  const cut: Record<string, [string, string]> = {
    'a letter whose low byte is a dot': ['\u012e\u012e/etc', '../etc'],
    'a letter whose low byte is a slash': ['..\u012fetc', '../etc'],
    'a letter whose low byte is a backslash': ['..\u015cetc', '..\\etc'],
    'half of a surrogate pair whose low byte is a dot': ['\ud82ea', '.a'],
  };
  for (const [name, [text, result]] of Object.entries(cut)) {
    test(`shows ${name}`, () => expect(cutToBytes(text)).toBe(result));
  }
  test('keeps what gives no syntax', () => expect(cutToBytes('Łódź ü')).toBe('Łódź ü'));
});

describe('path syntax', () => {
  test.each([0x00, 0x1f, 0x25, 0x2e, 0x2f, 0x5c, 0x2024, 0x2215, 0xff0e, 0xff05])('is U+%i', (code) => {
    expect(isPathSyntax(code)).toBe(true);
  });
  test.each([0x20, 0x41, 0x7e, 0xe9, 0x2603, 0x1f600, 0xd800, 0x110000, 0xffffff])('is not U+%i', (code) => {
    expect(isPathSyntax(code)).toBe(false);
  });
});
