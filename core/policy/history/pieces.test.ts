import { expect, test } from 'vitest';
import { Printer } from '../../inspect/prints/printer.ts';
import { Sought } from '../../inspect/prints/take-prints.ts';
import { addTogether, piecesIn, piecesOf, piecesText, type Said } from './pieces.ts';

const printer = new Printer(Buffer.alloc(32, 7));
const NUMBER = printer.ofToken('4024007145316932');
const body = (text: string, name = 'body'): Said => ({ name, text, isName: false });

function isFound(calls: readonly (readonly Said[])[]): boolean {
  const before = calls.slice(0, -1).map((said) => piecesIn(piecesText(piecesOf(said))));
  const sought = new Sought(printer);
  addTogether(before, calls.at(-1) ?? [], sought);
  return sought.prints.has(NUMBER);
}

test.each<[string, boolean, readonly (readonly Said[])[]]>([
  ['two calls', true, [[body('it is 40240071')], [body('45316932, you see')]]],
  ['three calls', true, [[body('402400')], [body('71453')], [body('16932')]]],
  ['three calls with another between', true, [[body('402400')], [body('hello')], [body('71453')], [body('16932')]]],
  ['the end of a long text', true, [[body(`${'x '.repeat(500)}40240071`)], [body('45316932')]]],
  ['two arguments of different names', false, [[body('40240071')], [body('45316932', 'subject')]]],
  ['the wrong order', false, [[body('45316932')], [body('40240071')]]],
  ['one call', false, [[body('40240071')]]],
])('a number is put together from %s: %s', (_what, found, calls) => {
  expect(isFound(calls)).toBe(found);
});

test('of a call the longest few are kept, and no names of members', () => {
  const said = [
    ...Array.from({ length: 9 }, (_, i) => body('x'.repeat(i + 1), `a${i}`)),
    { ...body('name'), isName: true },
  ];
  expect(piecesOf(said).map(({ name }) => name)).toEqual(['a8', 'a7', 'a6', 'a5']);
  expect(piecesOf([body('y'.repeat(5000))])).toEqual([{ name: 'body', end: 'y'.repeat(96), isWhole: false }]);
  expect(piecesIn(undefined)).toEqual([]);
});
