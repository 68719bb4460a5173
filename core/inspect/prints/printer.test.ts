import { assert, constantFrom, nat, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lettersOf } from './letters.ts';
import { GRAM, Printer, SURELY_KNOWN, SURELY_KNOWN_IN_SHORT } from './printer.ts';

const printer = new Printer(Buffer.alloc(32, 7));

function kept(text: string): Set<number> {
  const prints = new Set<number>();
  printer.chosen(lettersOf(text), prints);
  return prints;
}

function isKnown(text: string, among: ReadonlySet<number>): boolean {
  const prints = new Set<number>();
  printer.sought(lettersOf(text), prints);
  return [...prints].some((print) => among.has(print));
}

const letters = (min: number, max: number) =>
  string({ unit: constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'.split('')), minLength: min, maxLength: max });

describe('a text', () => {
  it('is known again by any stretch that is long enough, wherever it stands', () => {
    assert(
      property(letters(SURELY_KNOWN_IN_SHORT, 400), letters(0, 60), letters(0, 60), nat(), (text, a, b, at) => {
        const start = at % (text.length - SURELY_KNOWN_IN_SHORT + 1);
        const part = text.slice(start, start + SURELY_KNOWN_IN_SHORT);
        expect(isKnown(`${a}${part}${b}`, kept(text))).toBe(true);
      }),
    );
  });

  it('that is long, by longer ones, also in one that is looked at in parts only', () => {
    const word = (i: number): string => (Math.imul(i + 7, 2_654_435_761) >>> 8).toString(36);
    const text = Array.from({ length: 8000 }, (_, i) => word(i)).join('');
    const among = kept(text);
    expect(among.size).toBeLessThan(text.length / 25);
    const other = Array.from({ length: 2000 }, (_, i) => word(-i - 1)).join('');
    for (let at = 0; at < text.length - SURELY_KNOWN; at += 997)
      expect(isKnown(`${other}${text.slice(at, at + SURELY_KNOWN)}${other}`, among), String(at)).toBe(true);
    expect(isKnown(other, among)).toBe(false);
  });

  it('that is short is known by all of it, inside of another', () => {
    const text = 'heidestrasse seventeen koeln';
    expect(lettersOf(text).length).toBeGreaterThanOrEqual(GRAM);
    expect(isKnown(`She lives in ${text}, I believe.`, kept(text))).toBe(true);
    expect(kept('too short').size).toBe(0);
  });

  it('is not known by a stretch that is shorter than a print', () => {
    expect(isKnown('and intends to leave us', kept('She has asked twice and intends to leave us for good.'))).toBe(
      false,
    );
  });
});

describe('prints', () => {
  it('are the same of the same secret alone', () => {
    expect(new Printer(Buffer.alloc(32, 7)).ofToken('4024007145316932')).toBe(printer.ofToken('4024007145316932'));
    expect(new Printer(Buffer.alloc(32, 8)).ofToken('4024007145316932')).not.toBe(printer.ofToken('4024007145316932'));
    expect(printer.ofToken('4024007145316932')).not.toBe(printer.ofToken('4024007145316933'));
  });

  it('tell zeros at the beginning', () => {
    expect(printer.ofToken('\0\0a')).not.toBe(printer.ofToken('\0a'));
  });
});
