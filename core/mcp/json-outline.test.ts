import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonOutline } from './json-outline.ts';
import { inWords } from './json-problem.ts';
import { JsonView } from './json-view.ts';
import { Pieces } from './pieces.ts';
import { atEachByte, cutAt } from './testing/cut-pieces.ts';

function whyNotJson(text: Pieces): string | undefined {
  const { problem } = JsonOutline.of(text);
  return problem && inWords(problem, text);
}
const problem = (text: string): string | undefined => whyNotJson(Pieces.of(Buffer.from(text)));
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

describe('the outline of a text', () => {
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
      fc.property(pieces, fc.nat(3), fc.nat(7), fc.array(fc.nat(), { maxLength: 3 }), (parts, shift, filler, cuts) => {
        const text = `{"a":"${'x'.repeat(1024 + filler)}${parts.join('')}"}`;
        const memory = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
        const bytes = memory.subarray(shift);
        expect(whyNotJson(Pieces.of(bytes)) === undefined, text).toBe(parses(text));
        expect(whyNotJson(cutAt(bytes, cuts)) === undefined, text).toBe(parses(text));
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

describe('the outline of a text in pieces', () => {
  const character = fc.constantFrom(
    ...Array.from('{}[],:"\\ntfu0-+.eE19 \n\u0001'),
    'é',
    '1e999',
    '0.5e-3',
    '\\u00e',
    '',
  );
  const cuts = fc.array(fc.nat(), { maxLength: 4 });

  it('is that of the whole text, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.nat(1), character, cuts, (value, at, skip, put, places) => {
        const text = JSON.stringify(value);
        const i = at % (text.length + 1);
        const bytes = Buffer.from(text.slice(0, i) + put + text.slice(i + skip));
        const expected = whyNotJson(Pieces.of(bytes));
        for (const pieces of [cutAt(bytes, places), atEachByte(bytes)]) expect(whyNotJson(pieces)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds the members of an object and of those in it where the slow way finds them', () => {
    const inner = fc.dictionary(fc.string(), fc.jsonValue());
    const json = fc.dictionary(fc.string(), fc.oneof(inner, fc.jsonValue()));
    fc.assert(
      fc.property(json, fc.nat(2), cuts, (value, indent, places) => {
        const bytes = Buffer.from(JSON.stringify(value, undefined, indent));
        const slow = JsonView.of(bytes) ?? expect.fail();
        for (const pieces of [Pieces.of(bytes), cutAt(bytes, places), atEachByte(bytes)]) {
          expectSame(JsonOutline.of(pieces).spans.view(pieces), slow);
        }
      }),
    );
  });

  function expectSame(view: JsonView | undefined, slow: JsonView): void {
    expect(view?.keys).toEqual(slow.keys);
    for (const key of slow.keys) {
      expect(view?.span(key)).toEqual(slow.span(key));
      expect(view?.value(key)).toEqual(slow.value(key));
      expect(view?.string(key)).toEqual(slow.string(key));
      expect(view?.isNull(key)).toBe(slow.isNull(key));
      const below = slow.view(key);
      if (below === undefined) expect(view?.view(key)).toBeUndefined();
      else expectSame(view?.view(key), below);
    }
  }

  it.each([
    ['a member twice', '{"a":1,"\\u0061":2}'],
    ['a list', '[{"a":1}]'],
    ['very many members', `{${Array.from({ length: 10_001 }, (_, i) => `"${i}":0`).join(',')}}`],
  ])('is no view of %s', (_name, text) => {
    for (const pieces of [Pieces.of(Buffer.from(text)), cutAt(Buffer.from(text), [7, 30])]) {
      expect(JsonOutline.of(pieces).spans.view(pieces)).toBeUndefined();
    }
  });

  it('does not put together what nobody asks for', () => {
    const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', result: { content: ['x'.repeat(1_000)] }, id: 7 }));
    const pieces = cutAt(bytes, [12, 300, 600, 1_048]);
    const view = JsonOutline.of(pieces).spans.view(pieces);
    expect([view?.value('id'), view?.string('jsonrpc'), view?.view('result')?.keys]).toEqual([7, '2.0', ['content']]);
    expect(pieces.isWhole).toBe(false);
    expect([view?.bytes.equals(bytes), pieces.isWhole]).toEqual([true, true]);
  });
});
