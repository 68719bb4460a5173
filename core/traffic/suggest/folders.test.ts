import { expect, it } from 'vitest';
import { isWithin, outermost } from './folders.ts';

it.each([
  [
    ['/data/a', '/data', '/data_evil'],
    ['/data', '/data_evil'],
  ],
  [
    ['/a/b', '/a/c'],
    ['/a/b', '/a/c'],
  ],
  [['/', '/a'], ['/']],
  [[], []],
])('of %j there stay %j', (folders, roots) => expect(outermost(folders)).toEqual(roots));

it('a name that begins alike is no folder within', () => {
  expect([isWithin('/data_evil', '/data'), isWithin('/data/x', '/data'), isWithin('/x', '/')]).toEqual([
    false,
    true,
    true,
  ]);
});
