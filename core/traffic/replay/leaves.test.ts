import { expect, it } from 'vitest';
import type { Shape } from '../shape.ts';
import { hasLostText, isExact, shapesAt, stepsOf } from './leaves.ts';

const text = { is: 'text', chars: 8 } as const;
const one = { is: 'value', value: 1 } as const;
const shape: Shape = {
  is: 'object',
  members: { list: { is: 'array', items: [{ is: 'object', members: { a: text } }, one], count: 2 }, 'a/b': one },
};

it.each([
  ['list', 1],
  ['/list/*', 2],
  ['/list/7/a', 1],
  ['/list/a', 0],
  ['/a~1b', 1],
  ['a/b', 1],
  ['missing', 0],
  ['/list/*/a/b', 0],
])('%s leads to %d', (parameter, count) => expect(shapesAt(shape, stepsOf(parameter))).toHaveLength(count));

it('nothing stands in nothing', () => expect(shapesAt(undefined, ['a'])).toEqual([]));

it.each<[Shape, boolean, boolean]>([
  [one, true, false],
  [text, false, true],
  [{ is: 'number', above: 1, upTo: 2, whole: true }, false, false],
  [{ is: 'array', items: [one], count: 1 }, true, false],
  [{ is: 'array', items: [one], count: 2 }, false, false],
  [{ is: 'object', members: {}, left: 1 }, false, true],
  [shape, false, true],
])('%j: exact %s, with a text that is lost %s', (of, exact, lost) =>
  expect([isExact(of), hasLostText(of)]).toEqual([exact, lost]),
);
