import { expect, test } from 'vitest';
import { Failure } from '../../conditions/failure.ts';
import { NO_FACTS } from '../../conditions/frame.ts';
import { readCondition } from '../../conditions/read.ts';
import { Costs } from './costs.ts';

function reckoned(text: string) {
  return { tools: ['render'], cost: { text, tree: readCondition(text, 'tool', 'Number') } };
}

function costOf(costs: ConstructorParameters<typeof Costs>[0], tool: string, args = {}) {
  const cost = new Costs(costs).of({ tool, facts: () => NO_FACTS, args: () => args });
  return cost instanceof Failure ? cost.reason : [cost.milli, cost.milliPerKiB];
}

const FIXED = [
  { tools: ['*'], milli: 500 },
  { tools: ['export_*'], milli: 5000, milliPerKiB: 2 },
  { tools: ['export_all', 'read'], milli: 100, milliPerKiB: 7 },
];

test.each([
  ['what no entry names', [], 'a', {}, [1000, 0]],
  ['what one names', FIXED, 'a', {}, [500, 0]],
  ['the dearest of several, of call and result each', FIXED, 'export_all', {}, [5000, 7]],
  ['what is reckoned', [reckoned('arguments.pages * 3')], 'render', { pages: 2 }, [6000, 0]],
  ['a reckoned one below a fixed one', [...FIXED, reckoned('0')], 'render', {}, [500, 0]],
  ['nothing at all', [reckoned('arguments.pages')], 'render', {}, 'missing'],
  ['what is below nothing', [reckoned('arguments.pages')], 'render', { pages: -1 }, 'no-result'],
  ['what is beyond counting', [reckoned('arguments.pages')], 'render', { pages: 1e10 }, 'no-result'],
])('%s', (_what, costs, tool, args, cost) => {
  expect(costOf(costs, tool, args)).toEqual(cost);
});
