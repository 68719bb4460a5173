import { expect, test } from 'vitest';
import { revisionsOf } from './revisions.ts';

test('the revisions of a server are that of its policy and those that older gates enforce instead', () => {
  expect(revisionsOf({ status: { policy: { revision: 'a', older: [{ revision: 'b', pods: 2 }] } } })).toEqual([
    'a',
    'b',
  ]);
});

test('a server that nobody has looked at has none', () => {
  expect(revisionsOf({})).toEqual([]);
});
