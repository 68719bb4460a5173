import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_JSON_DEPTH, MAX_JSON_MEMBERS, MAX_JSON_VALUES } from './json-size.ts';
import type { JsonView } from './json-view.ts';
import { lookCloser } from './json.ts';
import { scanStrictly } from './strict-scan.ts';

const scan = (text: string, caseSensitive = false) => scanStrictly(Buffer.from(text), caseSensitive);

/** Values with keys that meet, in case as well, and texts that have to be escaped. */
const key = fc.constantFrom(
  'a',
  'A',
  'b',
  'path',
  'Path',
  'größe',
  'GRÖSSE',
  'ſ',
  's',
  '1',
  '',
  '__proto__',
  '"',
  '\\',
);
const leaf = fc.oneof(
  fc.constantFrom(0, -1, 1.5, 2 ** 53 - 1, 2 ** 53, -(2 ** 60), 1e300, 1e-300, true, false, null),
  fc.constantFrom('', 'x', '\n', '\u0000', 'é€😀', '\ud800', '\udc00', '"\\', 'plain text that is long enough'),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 5 }), tie('object')),
  object: fc.array(fc.tuple(key, tie('value')), { maxLength: 6 }).map((members) => new Members(members)),
}));

/** An object as it may be written, with keys that stand in it twice. */
class Members {
  readonly members: readonly (readonly [string, unknown])[];

  constructor(members: readonly (readonly [string, unknown])[]) {
    this.members = members;
  }
}

function written(json: unknown, blank: string): string {
  const list = (parts: readonly string[]) => blank + parts.join(`${blank},${blank}`) + blank;
  if (Array.isArray(json)) return `[${list(json.map((one) => written(one, blank)))}]`;
  if (!(json instanceof Members)) return JSON.stringify(json);
  return `{${list(json.members.map(([name, one]) => `${JSON.stringify(name)}${blank}:${blank}${written(one, blank)}`))}}`;
}

const blanks = fc.constantFrom('', ' ', '\n\t', '\r\n  ');
const texts = fc.tuple(value, blanks).map(([json, blank]) => blank + written(json, blank) + blank);

/** Beside what it does not know: what only json.ts says, and why it is no yes. */
function verdicts(text: string, caseSensitive: boolean) {
  const bytes = Buffer.from(text);
  const closer = lookCloser(bytes, caseSensitive);
  return { quick: scanStrictly(bytes, caseSensitive), closer };
}

describe('scanStrictly', () => {
  it('says yes to exactly what the closer look takes', () => {
    fc.assert(
      fc.property(texts, fc.boolean(), (text, caseSensitive) => {
        const { quick, closer } = verdicts(text, caseSensitive);
        expect(quick !== undefined, text).toBe(closer.ok);
        if (closer.ok) expect(quick?.exact, text).toBe(closer.exact);
      }),
      { numRuns: 3000 },
    );
  });

  it('says yes to nothing else when a text is changed by one character', () => {
    const character = fc.constantFrom(
      ...Array.from('{}[],:"\\ntfu0-+.eE19 \n\u0001'),
      ...['NaN', '//', "'", 'é', '', '\\u', '\\ud83d', '\\ude00', '"a":', '1e999', '00', '12345678901234567'],
    );
    fc.assert(
      fc.property(texts, fc.nat(), fc.nat(2), character, fc.boolean(), (text, at, skip, put, caseSensitive) => {
        const i = at % (text.length + 1);
        const changed = text.slice(0, i) + put + text.slice(i + skip);
        fc.pre(changed.isWellFormed());
        const { quick, closer } = verdicts(changed, caseSensitive);
        expect(quick !== undefined, changed).toBe(closer.ok);
        if (closer.ok) expect(quick?.exact, changed).toBe(closer.exact);
      }),
      { numRuns: 5000 },
    );
  });

  it('never says yes to bytes that were changed, where the closer look says no', () => {
    const seed = Buffer.from(
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","arguments":{"b":[{"c":1}]}}}',
    );
    fc.assert(
      fc.property(fc.nat(seed.length - 1), fc.nat(0x7f), (at, byte) => {
        const bytes = Buffer.from(seed);
        bytes[at] = byte;
        if (scanStrictly(bytes, false) !== undefined) expect(lookCloser(bytes, false).ok, bytes.toString()).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds members where they stand, with those of objects directly in it', () => {
    const text = ' { "a" : { "b" : [ {"c":1} ], "d" : {} } , "e" : "x" } ';
    const view = scan(text)?.view ?? expect.fail();
    const at = (found: JsonView | undefined, name: string): string => {
      const span = found?.span(name) ?? expect.fail();
      return text.slice(span.start, span.end);
    };
    expect(view.keys).toEqual(['a', 'e']);
    expect([at(view, 'a'), at(view, 'e')]).toEqual(['{ "b" : [ {"c":1} ], "d" : {} }', '"x"']);
    const inner = view.scannedView('a');
    expect(inner?.keys).toEqual(['b', 'd']);
    expect([at(inner, 'b'), at(inner, 'd'), inner?.start]).toEqual(['[ {"c":1} ]', '{}', text.indexOf('{ "b"')]);
    expect(inner?.scannedView('d')).toBeUndefined();
  });

  it('finds those of large objects further inside, and of none in a list or with very many members', () => {
    const large = { text: 'x'.repeat(3000) };
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, large]));
    const view = scan(JSON.stringify({ p: { small: { a: 1 }, large, list: [large], many } }))?.view?.scannedView('p');
    expect(['small', 'large', 'list', 'many'].map((name) => view?.scannedView(name)?.keys)).toEqual([
      ...[undefined, ['text'], undefined, undefined],
    ]);
  });

  it('has no view of a list, nor of an object with very many members, whatever is in them', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, { a: 'x'.repeat(3000) }]));
    expect(scan('[{"a":{}}]')).toEqual({ exact: true, escapedKeys: false, view: undefined });
    expect(scan(JSON.stringify(many))).toEqual({ exact: true, escapedKeys: false, view: undefined });
  });

  it.each([
    ['depth', '['.repeat(MAX_JSON_DEPTH) + ']'.repeat(MAX_JSON_DEPTH), `${'['.repeat(MAX_JSON_DEPTH + 1)}1`],
    ['values', `[${'1,'.repeat(MAX_JSON_VALUES - 2)}1]`, `[${'1,'.repeat(MAX_JSON_VALUES)}1]`],
  ])('knows nothing of a text beyond the limit of %s', (_name, within, beyond) => {
    expect([scan(within), scan(beyond)]).toEqual([{ exact: true, escapedKeys: false, view: undefined }, undefined]);
  });

  it('remembers of other texts nothing that changes what it says', () => {
    const keysOf = (count: number, prefix: string) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, i])));
    for (let round = 0; round < 5; round++) {
      expect(scan(keysOf(3000, `Round${round}`))?.exact).toBe(true);
      expect(scan('{"a":{"a":1},"b":2}')?.view?.keys).toEqual(['a', 'b']);
      expect(scan('{"a":1,"b":2,"A":3}')).toBeUndefined();
      expect(scan('{"a":1,"b":2,"A":3}', true)?.view?.keys).toEqual(['a', 'b', 'A']);
      expect(scan(keysOf(MAX_JSON_MEMBERS + 1, 'x'))).toBeUndefined();
    }
  });

  it('sees a first key twice that it has known from a text of very many', () => {
    const keysOf = (count: number, prefix: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, i]));
    for (const first of ['method', 'another']) {
      // Together they are so many that all keys are forgotten.
      for (const keys of [keysOf(1990, `${first}-a`), { [first]: 1, ...keysOf(1990, `${first}-b`) }])
        expect(scan(JSON.stringify(keys))).toBeDefined();
      expect(scan(`{"${first}":1,"b":2}`)?.view?.keys).toEqual([first, 'b']);
      expect(scan(`{"${first}":1,"b":2,"${first}":3}`)).toBeUndefined();
    }
  });
});
