import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonView, elementsOf, splice } from './json-view.ts';
import { readCarefully } from './parse-json.ts';

const view = (text: string): JsonView | undefined => JsonView.of(Buffer.from(text));

describe('JsonView', () => {
  it('finds every member of an object as JSON.parse does, whatever is around and inside', () => {
    const blanks = fc.stringMatching(/^[ \n\r\t]{0,3}$/);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), blanks, fc.nat(3), (object, blank, indent) => {
        const text = blank + JSON.stringify(object, undefined, indent) + blank;
        const parsed = readCarefully(text) as Record<string, unknown>;
        const found = view(text) ?? expect.fail(text);
        expect(Object.fromEntries([...found.keys].map((key) => [key, found.value(key)]))).toEqual(parsed);
      }),
    );
  });

  it('finds the elements of a list as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.nat(3), (list, indent) => {
        const bytes = Buffer.from(JSON.stringify(list, undefined, indent));
        const spans = elementsOf(bytes, 1000) ?? expect.fail();
        expect(spans.map(({ start, end }) => readCarefully(bytes.toString('utf8', start, end)))).toEqual(
          readCarefully(bytes.toString()),
        );
      }),
    );
  });

  it('knows a key by what it means, not by how it is written', () => {
    expect(view('{"m\\u0065thod":"x"}')?.string('method')).toBe('x');
  });

  it.each([
    ['a list', '[]'],
    ['a string', '"{}"'],
    ['nothing', ''],
    ['one that does not end', '{"a":{"b":1}'],
    ['one with more behind it', '{"a":1}{}'],
    ['a key twice', '{"a":1,"a":2}'],
    ['a key twice, once with an escape', '{"a":1,"\\u0061":2}'],
    ['a key that is none', '{a:1}'],
    ['a member without value', '{"a":}'],
    ['a comma too many', '{"a":1,}'],
    ['a string that does not end', '{"a":"}'],
  ])('is none of %s', (_name, text) => {
    expect(view(text)).toBeUndefined();
  });

  it('reads a member as a string, an object or a value, or not at all', () => {
    const found = view('{"s":"a\\"}","o":{"x":[1,{"y":"]"}]},"n":-1.5e3,"z":null}') ?? expect.fail();
    expect(found.string('s')).toBe('a"}');
    expect(found.string('n')).toBeUndefined();
    expect(found.view('o')?.value('x')).toEqual([1, { y: ']' }]);
    expect(found.view('s')).toBeUndefined();
    expect([found.value('n'), found.value('z'), found.value('none')]).toEqual([-1500, null, undefined]);
  });

  it('takes time in proportion to its text: many keys, with an escape at the very end', () => {
    const members = Array.from({ length: 9_999 }, (_, i) => `"k${i}":"${' '.repeat(400)}"`).join(',');
    // Looking for the escape from every key on would be 2 * 10^10 steps.
    expect([...(view(`{${members},"\\u0061":1}`)?.keys ?? [])]).toHaveLength(10_000);
    expect(view(`{${members},"a":1,"b":2}`)).toBeUndefined();
  });

  it('splice changes what it is told to and nothing else', () => {
    const bytes = Buffer.from('{ "a" : 1 , "b":"ü", "c":[2] }');
    const found = JsonView.of(bytes) ?? expect.fail();
    const edits = ['a', 'b'].map((key) => ({ span: found.span(key) ?? expect.fail(), text: `"new ${key}"` }));
    expect(splice(bytes, edits).toString()).toBe('{ "a" : "new a" , "b":"new b", "c":[2] }');
  });
});
