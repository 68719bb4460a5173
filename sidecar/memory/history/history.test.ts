import { expect, test } from 'vitest';
import type { Outcome, Wanted } from '../../../core/history/ops.ts';
import { type History, note } from './history.ts';

const OUTCOME: Outcome = { holds: true, seen: [] };
const wanted: readonly Wanted[] = [
  { op: { kind: 'period', of: 'day', whom: 'ada', endsAt: 1, limit: undefined, add: 1 }, isAsked: false },
];

/** One that answers later, where `later` says with what. */
function historyOf(later?: readonly (Outcome | undefined)[]): History & { readonly asked: readonly Wanted[][] } {
  const asked: Wanted[][] = [];
  return {
    asked,
    apply(all) {
      asked.push([...all]);
      return later === undefined ? OUTCOME : { done: (callback) => callback(later[0]) };
    },
  };
}

test.each([
  ['at once', undefined, 1],
  ['later', [OUTCOME], 1],
  ['never, where nobody can tell', [undefined], 0],
])('what is noted is told to be written %s', (_when, later, times) => {
  const told: Outcome[] = [];
  note(historyOf(later), wanted, (outcome) => told.push(outcome));
  expect(told).toHaveLength(times);
});

test('where nothing is, nobody is asked', () => {
  const history = historyOf();
  note(history, [], () => expect.fail());
  note(history, wanted);
  expect(history.asked).toEqual([wanted]);
});
