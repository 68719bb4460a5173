import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whyNotJson } from './json-grammar.ts';

const problem = (text: string): string | undefined => whyNotJson(Buffer.from(text));
const parses = (text: string): boolean => {
  try {
    return isFinite(JSON.parse(text));
  } catch {
    return false;
  }
};

/** JSON.parse takes a number that is too large for infinity. */
function isFinite(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isFinite);
  return typeof value !== 'number' || Number.isFinite(value);
}

describe('whyNotJson', () => {
  it('says of every JSON text that it is one', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), fc.stringMatching(/^[ \n\r\t]{0,3}$/), (value, indent, blank) => {
        expect(problem(blank + JSON.stringify(value, undefined, indent) + blank)).toBeUndefined();
      }),
    );
  });

  it('agrees with JSON.parse on texts that were changed by one character', () => {
    const character = fc.constantFrom(...Array.from('{}[],:"\\ntfu0-+.eE19 \n\u0001'), 'NaN', '//', "'", 'é', '');
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.nat(1), character, (value, at, skip, put) => {
        const text = JSON.stringify(value);
        const i = at % (text.length + 1);
        const changed = text.slice(0, i) + put + text.slice(i + skip);
        // Half of a pair of surrogates cannot be written as bytes.
        fc.pre(changed.isWellFormed());
        expect(problem(changed) === undefined, changed).toBe(parses(changed));
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with JSON.parse on long strings, wherever in memory they begin and whatever is in them', () => {
    const pieces = fc.array(
      fc.constantFrom(
        'plain text, long enough to be skipped',
        '\\n',
        '\\"',
        '\\u00e9',
        'é€😀',
        '\u007f',
        '\n',
        '\u0000',
        '\\x',
        '"',
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(pieces, fc.nat(3), fc.nat(7), (parts, shift, filler) => {
        const text = `{"a":"${'x'.repeat(1024 + filler)}${parts.join('')}"}`;
        const memory = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
        expect(whyNotJson(memory.subarray(shift)) === undefined, text).toBe(parses(text));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a word of JavaScript', '{"a":NaN}', 'NaN stands in it, which is no word of JSON'],
    ['a negative one', '[-Infinity]', '-Infinity stands in it'],
    ['a word of Python', '{"a":[None]}', 'None stands in it'],
    ['a number in another base', '[0x10]', 'its text is not JSON'],
    ['a zero in front', '[01]', 'its text is not JSON'],
    ['a comma too many', '[1,]', 'its text is not JSON'],
    ['a comment', '{"a":1/**/}', 'its text is not JSON'],
    ['a number beyond all doubles', '[1e999]', 'a number of it is larger than a double can hold'],
    ['a long one', `[${'9'.repeat(400)}]`, 'a number of it is larger than a double can hold'],
    ['half a text', '{"a":', 'its text is not JSON'],
    ['half a string', '{"a":"b', 'its text is not JSON'],
    ['nothing', '', 'its text is not JSON'],
    ['two texts', '{} {}', 'something follows behind its end'],
    ['a line break in a string', '"a\nb"', 'a string of it has a control character'],
    ['an escape of another language', '"\\x41"', 'a string of it has an escape that is none'],
    ['very many levels', '['.repeat(200_000), 'it is nested deeper than 100000 levels'],
  ])('says what is wrong: %s', (_name, text, why) => {
    expect(problem(text)).toContain(why);
  });

  it.each(['1e308', '-0', '0.0', '1E+2', `0.${'3'.repeat(400)}`, 'null', '"\\u0000"', '[[],{}]'])(
    'takes %s',
    (text) => {
      expect(problem(text)).toBeUndefined();
    },
  );
});
