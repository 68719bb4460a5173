import { expect, it } from 'vitest';
import { RuleCoverage } from '../../core/traffic/coverage.ts';
import { renderCoverage, renderCoverageJson } from './render-coverage.ts';

function coverage(others: readonly string[] = []): RuleCoverage {
  const made = new RuleCoverage(['p#a', 'p#b\u001b', 'p#c']);
  made.add({ rules: ['p#a', ...others], found: [], wouldRules: [], wouldFound: [] });
  made.add({ rules: ['p#a'], found: [], wouldRules: ['p#b\u001b'], wouldFound: [] });
  return made;
}

it('lists by how often, what never had a say, and what is of another policy', () => {
  expect(renderCoverage(coverage(['q#x']))).toBe(
    'rule       acted  in shadow\np#a        2      -\np#b\\u{1b}  0      1\n\nnever:\n  p#c\n\nnot of this policy: q#x\n\n2 of 3 rules had a say in 2 decisions\n',
  );
});

it('has nothing to list of nothing', () => {
  expect(renderCoverage(new RuleCoverage([]))).toBe('0 of 0 rules had a say in 0 decisions\n');
  expect(renderCoverage(coverage(Array.from({ length: 25 }, (_, i) => `q#${i}`)))).toContain(' and 5 more');
});

it('is JSON for programs', () => {
  expect(JSON.parse(renderCoverageJson(coverage()))).toMatchObject({
    decisions: 2,
    rules: [{ id: 'p#a', acted: 2, would: 0 }, {}, {}],
  });
});
