import { expect, it } from 'vitest';
import { RuleCoverage } from './coverage.ts';

it('counts a rule once a decision, whether it carried it or found something', () => {
  const coverage = new RuleCoverage(['a', 'b', 'c', 'd']);
  coverage.add({ rules: ['a'], found: ['a', 'b'], wouldRules: ['c'], wouldFound: ['c'] });
  coverage.add({ rules: ['a', 'gone'], found: [''], wouldRules: [], wouldFound: [] });
  expect(coverage.uses).toEqual([
    { id: 'a', acted: 2, would: 0 },
    { id: 'b', acted: 1, would: 0 },
    { id: 'c', acted: 0, would: 1 },
    { id: 'd', acted: 0, would: 0 },
  ]);
  expect([coverage.decisions, coverage.others]).toEqual([2, ['gone']]);
});
