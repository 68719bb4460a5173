import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CASE_FOLDINGS } from './fold-case.ts';
import { fold, isFolded } from './fold.ts';

const PAIRS = readFileSync(new URL('testdata/case-pairs.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' ') as [string, string, string]);

function textOf(codes: string): string {
  return String.fromCodePoint(...codes.split('+').map((code) => Number.parseInt(code, 16)));
}

describe('fold', () => {
  it.each([
    ['PATH', 'path'],
    ['pa\u017fs', 'pass'],
    ['\u212aey', 'key'],
    ['stra\u1e9ee', 'stra\u00dfe'],
    ['stra\u1e9ee', 'STRASSE'],
    ['\u03a3', '\u03c2'],
    ['f\u0130le', 'file'],
    ['f\u0131le', 'FILE'],
    ['fi\u0307le', 'f\u0130le'],
    ['fI\u0307le', 'file'],
    ['ur\u0130', 'uri'],
    ['\ufb01le', 'file'],
    ['\u212bngstr\u00f6m', 'a\u030angstro\u0308m'],
    ['\u00b5', '\u03bc'],
  ])('makes %s and %s one key', (a, b) => {
    expect(fold(a)).toBe(fold(b));
  });

  it.each([
    ['file', 'files'],
    ['id', 'ld'],
    ['a', '\u0430'],
    ['\u00e9', 'e'],
    ['x\u00b2', 'x2'],
  ])('keeps %s and %s apart, which no decoder takes for one', (a, b) => {
    expect(fold(a)).not.toBe(fold(b));
  });

  it('joins every pair of texts that Go, Java or Python takes for one', () => {
    expect(PAIRS.length).toBeGreaterThan(300);
    const apart = PAIRS.filter(([a, b]) => fold(textOf(a)) !== fold(textOf(b)));
    expect(apart).toEqual([]);
  });

  it('joins every character with what JavaScript makes of it, and its own folding', () => {
    const apart: string[] = [];
    for (let code = 0; code <= 0x10_ffff; code++) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const char = String.fromCodePoint(code);
      const folded = fold(char);
      const forms = [char.toLowerCase(), char.toUpperCase(), char.normalize('NFC'), char.normalize('NFD'), folded];
      if (forms.some((form) => form !== char && fold(form) !== folded)) apart.push(code.toString(16));
    }
    expect(apart).toEqual([]);
  });

  it('needs each entry of its table, or has it to say where it comes from', () => {
    for (const { from, to, by } of CASE_FOLDINGS) {
      expect(fold(`x${from}x`)).toBe(fold(`x${to}x`));
      expect(isFolded(from)).toBe(false);
      expect(by).toMatch(/Go|Java|Python/);
    }
  });
});
