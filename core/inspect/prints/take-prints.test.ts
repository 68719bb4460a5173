import { describe, expect, it } from 'vitest';
import { Printer } from './printer.ts';
import { MAX_KEPT, printsToKeep, Sought } from './take-prints.ts';

const printer = new Printer(Buffer.alloc(32, 7));

function kept(value: unknown) {
  const bytes = Buffer.from(JSON.stringify(value));
  return printsToKeep(bytes, [{ start: 0, end: bytes.length }], printer);
}

function sought(...texts: string[]): Sought {
  const all = new Sought(printer);
  all.addAll(texts);
  return all;
}

describe('prints to keep', () => {
  it('are those of values, and of what is JSON or Base64 inside of them, and of no names of members', () => {
    const token = printer.ofToken('erika.m@kunde.example');
    const mail = 'erika.m@kunde.example';
    for (const value of [
      mail,
      { a: [{ b: mail }] },
      JSON.stringify({ a: mail }),
      Buffer.from(`mail: ${mail}, and more`).toString('base64'),
    ])
      expect(kept(value).prints.has(token), JSON.stringify(value)).toBe(true);
    expect(kept({ [mail]: 1 }).prints.has(token)).toBe(false);
    expect(kept({ n: 730_284_6 }).prints.has(printer.ofToken('7302846'))).toBe(true);
  });

  it('are no more than so many, and then it is said that they are not all', () => {
    const much = kept(Array.from({ length: 20_000 }, (_, i) => `u${i}x@kunde.example`));
    expect(much.isAll).toBe(false);
    expect(much.prints.size).toBe(MAX_KEPT);
    expect(kept('x'.repeat(3_000_000)).isAll).toBe(false);
    expect(kept('a short text').isAll).toBe(true);
  });
});

describe('prints that are looked for', () => {
  it('are of each text, and of all of them together', () => {
    const token = printer.ofToken('4024007145316932');
    expect(sought('4024007145316932').prints.has(token)).toBe(true);
    expect(sought('40240071', '45316932').prints.has(token)).toBe(true);
    expect(sought('40240071').prints.has(token)).toBe(false);
  });

  it('of two short numbers side by side are none of a third', () => {
    expect(sought('4711', '08154').prints.has(printer.ofToken('471108154'))).toBe(true);
    expect(sought('471', '0815').prints.has(printer.ofToken('4710815'))).toBe(false);
  });

  it('are not all where there is more than can be looked at', () => {
    expect(sought('word '.repeat(600_000)).isAll).toBe(false);
    expect(sought('a few words').isAll).toBe(true);
  });
});
