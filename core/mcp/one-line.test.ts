import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneLine } from './one-line.ts';

/** Where Node's readline, Python's `str.splitlines` and JavaScript's own idea of a line end split. */
// oxlint-disable-next-line no-control-regex -- they are what it is about
const SPLITS = /[\n\r\v\f\u001C-\u001E\u0085\u2028\u2029]/;

describe('JSON as one line', () => {
  it.each([
    ['U+2028', '{"a":"x\u2028y"}', '{"a":"x\\u2028y"}'],
    ['U+2029', '{"a":"x\u2029y"}', '{"a":"x\\u2029y"}'],
    ['U+0085', '{"a":"x\u0085y"}', '{"a":"x\\u0085y"}'],
    [
      'controls that a careless parser takes',
      '{"a":"\v\f\u001C\u001D\u001E"}',
      '{"a":"\\u000b\\u000c\\u001c\\u001d\\u001e"}',
    ],
    ['such a character in a key', '{"\u2028":1}', '{"\\u2028":1}'],
    ['line breaks between tokens', '{\r\n"a":1,\n"b":\r2}', '{  "a":1, "b": 2}'],
    ['both at once', '{\n"a":"\u2028"}', '{ "a":"\\u2028"}'],
    ['neighbours that are none', '{"a":"\u2027\u202A\u0084\u0086…"}', '{"a":"\u2027\u202A\u0084\u0086…"}'],
  ])('%s', (_what, json, line) => {
    expect(oneLine(json).toString()).toBe(line);
    expect(oneLine(Buffer.from(json)).toString()).toBe(line);
  });

  it('means what it meant, and nobody splits it', () => {
    const text = fc.string({
      unit: fc.constantFrom(...Array.from('ab"\\\n\r\v\f\u001C\u001D\u001E\u0085\u2028\u2029é😀')),
    });
    fc.assert(
      fc.property(fc.dictionary(text, fc.oneof(text, fc.array(text))), (value) => {
        const line = oneLine(JSON.stringify(value, undefined, 1)).toString();
        expect(line).not.toMatch(SPLITS);
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('leaves the text that it was given as it is', () => {
    const given = Buffer.from('{\n"a":"\u2028"}');
    oneLine(given);
    expect(given.toString()).toBe('{\n"a":"\u2028"}');
  });
});
