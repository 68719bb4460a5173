import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberSpelling } from './number-spelling.ts';

const read = (text: string) => {
  const { unusual, exact } = numberSpelling(text);
  return [Object.fromEntries(unusual), exact];
};

describe('numberSpelling', () => {
  it.each([
    ['{"a":5000,"b":[0.1,-3,1e+21]}', {}, true],
    ['{"a":5000.0}', { '/a': '5000.0' }, true],
    ['{"a":[1,5e3]}', { '/a/1': '5e3' }, true],
    ['{"a/b":{"~":-0}}', { '/a~1b/~0': '-0' }, true],
    ['{"a":1E-2,"b":0.010}', { '/a': '1E-2', '/b': '0.010' }, true],
    ['{"a":0.1000000000000000055511151231257827}', { '/a': '0.1000000000000000055511151231257827' }, false],
    ['{"a":100.00000000000000001}', { '/a': '100.00000000000000001' }, false],
    ['{"a":1e-400}', { '/a': '1e-400' }, false],
    ['{"a":"5e3","source":"x"}', {}, true],
    ['5e3', { '': '5e3' }, true],
  ])('of %s', (text, unusual, exact) => {
    expect(read(text)).toEqual([unusual, exact]);
  });

  it('finds nothing unusual in what JSON.stringify wrote, and no digit lost', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // -0 is written as 0, so it does not come back.
        expect(read(JSON.stringify(value))).toEqual([{}, true]);
      }),
    );
  });

  it('takes long numbers in no time', () => {
    const began = performance.now();
    expect(read(`[0.${'0'.repeat(1_000_000)}1]`)[1]).toBe(false);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('takes an exponent of millions of digits for what it is, at once', () => {
    const start = performance.now();
    expect(numberSpelling(`[1e-${'1'.repeat(4_000_000)}]`).exact).toBe(false);
    expect(numberSpelling(`[1e${'0'.repeat(1_000_000)}5]`)).toMatchObject({ exact: true });
    expect(numberSpelling(`[15e+${'0'.repeat(30)}]`).exact).toBe(true);
    // Read as an integer, one takes a fifth of a second, and one of four million three seconds.
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('gives up on more than a mebibyte of places, which numbers under long keys would make', () => {
    const under = (length: number) => numberSpelling(`{"${'k'.repeat(length)}":[${'1.0,'.repeat(1000)}1]}`);
    expect(under(1_000)).toMatchObject({ complete: true, unusual: { size: 1000 } });
    expect(under(10_000).complete).toBe(false);
  });
});
