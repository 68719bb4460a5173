import { expect, it } from 'vitest';
import type { EvalRow } from './eval-rows.ts';
import { Tally } from './eval-tally.ts';

const row = (over: Partial<EvalRow>): EvalRow => ({
  id: 'a',
  class: 'x/y',
  label: 'attack',
  value: '',
  param: 'path',
  place: 'f:1',
  ...over,
});

function tallyOf(...entries: [Partial<EvalRow>, number, number][]): Tally {
  const tally = new Tally();
  for (const [over, rows, found] of entries)
    for (let i = 0; i < rows; i++) tally.add(row(over), i < found ? 'found' : 'nothing');
  return tally;
}

it('counts what was found of each class, attacks first', () => {
  const { classes } = tallyOf([{ class: 'b/z', label: 'benign' }, 4, 1], [{ class: 'z/a' }, 2, 2], [{}, 2, 0]).report();
  expect(classes.map(({ class: name, label, rows, found, rate }) => [name, label, rows, found, rate])).toEqual([
    ['x/y', 'attack', 2, 0, 0],
    ['z/a', 'attack', 2, 2, 1],
    ['b/z', 'benign', 4, 1, 0.25],
  ]);
});

it('counts what is only recorded by itself', () => {
  const tally = new Tally();
  for (const outcome of ['recorded', 'found', 'nothing', 'recorded'] as const)
    tally.add(row({ label: 'benign' }), outcome);
  expect(tally.report().classes).toMatchObject([{ rows: 4, found: 1, recorded: 2, rate: 0.25 }]);
});

it('keeps attacks and benign values of one class apart', () => {
  const { classes } = tallyOf([{}, 3, 3], [{ label: 'benign' }, 3, 0]).report();
  expect(classes.map(({ label, rate }) => [label, rate])).toEqual([
    ['attack', 1],
    ['benign', 0],
  ]);
});

it('has each class of a family count the same, however many rows it has', () => {
  const { families } = tallyOf(
    [{ class: 'f/many' }, 90, 90],
    [{ class: 'f/few' }, 2, 1],
    [{ class: 'g' }, 1, 0],
  ).report();
  expect(families).toEqual([
    { family: 'f', label: 'attack', classes: 2, rate: 0.75 },
    { family: 'g', label: 'attack', classes: 1, rate: 0 },
  ]);
});

// Newcombe (1998), Statistics in Medicine 17, table I, method 3.
it.each([
  [263, 81, 0.2553, 0.3662],
  [148, 15, 0.0624, 0.1605],
  [20, 0, 0, 0.1611],
  [29, 1, 0.0061, 0.1718],
])('gives the Wilson interval of %i rows with %i found', (rows, found, low, high) => {
  const [only] = tallyOf([{}, rows, found]).report().classes;
  expect(only?.low).toBeCloseTo(low, 4);
  expect(only?.high).toBeCloseTo(high, 4);
});

it('names the types and classes that nothing looked at', () => {
  const tally = new Tally();
  for (const name of ['b', 'a', 'b']) tally.addUninspected(row({ class: name, param: 'poem' }));
  expect(tally.report()).toEqual({
    classes: [],
    families: [],
    uninspected: [{ param: 'poem', classes: ['a', 'b'], rows: 3 }],
  });
  expect(tally.rows).toBe(3);
});
