import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_PREVIOUS_LINE } from './record.ts';
import { type FileEnds, inOrder, withoutCopies } from './series.ts';

const file = (name: string, firstPrev: string | undefined, lastHash = `end of ${name}`, firstTime = ''): FileEnds => ({
  name,
  firstPrev,
  firstTime,
  firstHash: `beginning of ${name}`,
  lastHash,
  bytes: 100,
});
const order = (...files: FileEnds[]): string[] =>
  inOrder(files).map(
    ({ file: { name }, follows, rivals }) => `${follows ? '+' : ''}${name}${rivals === undefined ? '' : `!${rivals}`}`,
  );

const a = file('a', NO_PREVIOUS_LINE);
const b = file('b', 'end of a');
const c = file('c', 'end of b');

test('files stand in the order of their links, whatever their names and times', () => {
  expect(order(c, a, b)).toEqual(['a', '+b', '+c']);
  expect(order(file('1', 'end of 2', undefined, '2020'), file('2', NO_PREVIOUS_LINE, undefined, '2030'))).toEqual([
    '2',
    '+1',
  ]);
});

test('a file whose predecessor is missing begins anew', () => expect(order(c, a)).toEqual(['a', 'c']));

test('chains that have nothing to do with each other go by time, then by name', () => {
  const early = file('z', NO_PREVIOUS_LINE, undefined, '2026-01-01');
  const late = file('y', NO_PREVIOUS_LINE, undefined, '2026-01-02');
  expect(order(late, early, file('x', NO_PREVIOUS_LINE, undefined, '2026-01-02'))).toEqual(['z', 'x', 'y']);
});

test('of two that go on from one file, the second is told as a rival of the first', () => {
  expect(order(a, b, file('b2', 'end of a'))).toEqual(['a', '+b', 'b2!b']);
});

test('a copy of a file is there once in the chain', () => {
  expect(order(a, b, file('a2', NO_PREVIOUS_LINE, 'end of a'))).toEqual(['a', '+b', 'a2']);
});

test('a file without records begins a chain', () => expect(order(file('x', undefined))).toEqual(['x']));

test('nothing follows a file whose last line is told to be no line', () => {
  expect(order(file('forged', 'x', NO_PREVIOUS_LINE), a)).toEqual(['a', 'forged']);
});

test('files that lie about themselves are in the order, too: one that follows itself, and a circle', () => {
  expect(order(file('x', 'h', 'h'))).toEqual(['x']);
  expect(order(file('x', 'y', 'x'), file('y', 'x', 'y'))).toEqual(['x', '+y']);
});

test('every file is there exactly once, whatever they are linked to', () => {
  const hash = fc.constantFrom('1', '2', '3', '4', NO_PREVIOUS_LINE);
  const ends = fc.record({
    name: fc.string({ maxLength: 2 }),
    firstPrev: hash,
    firstTime: hash,
    firstHash: hash,
    lastHash: hash,
    bytes: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(ends, { maxLength: 8 }), (files) => {
      const ordered = inOrder(files);
      expect(ordered).toHaveLength(files.length);
      expect(new Set(ordered.map((one) => one.file))).toEqual(new Set(files));
      for (const [i, { follows, file: one }] of ordered.entries()) {
        if (follows) expect(ordered[i - 1]?.file.lastHash).toBe(one.firstPrev);
      }
    }),
  );
});

test('of files that begin with the same line, the longest is the original', () => {
  const short = { ...file('1', NO_PREVIOUS_LINE), firstHash: 'h' };
  const long = { ...file('2', NO_PREVIOUS_LINE), firstHash: 'h', bytes: 200 };
  const same = { ...long, name: '3' };
  const { originals, copies } = withoutCopies([short, same, a, long]);
  expect(originals.map(({ name }) => name)).toEqual(['2', 'a']);
  expect(copies.map((copy) => [copy.file.name, copy.of.name])).toEqual([
    ['1', '2'],
    ['3', '2'],
  ]);
});
