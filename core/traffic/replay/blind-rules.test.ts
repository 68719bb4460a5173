import { expect, it } from 'vitest';
import { pack, policyOf } from '../../policy/testing/gen.ts';
import { blindRules } from './blind-rules.ts';

it('are those that compare values, or count calls at the same time', () => {
  const policy = policyOf(
    pack({
      tools: [{ names: ['*'], effect: 'Allow' }],
      limits: {
        rate: [{ name: 'rate', per: ['principal'], calls: 2, window: '1m' }],
        concurrent: [{ name: 'slots', per: ['principal'], calls: 2 }],
        loops: [
          { name: 'same', per: ['session'], identical: 3, window: '1m' },
          { name: 'fails', per: ['session'], failing: 3, window: '1m' },
        ],
      },
      taint: [
        { name: 'by-label', by: 'Label', effect: 'Deny', sources: { tools: ['a'] }, sinks: { tools: ['b'] } },
        { name: 'by-content', effect: 'Deny', sources: { tools: ['a'] }, sinks: { tools: ['b'] } },
      ],
    }),
  );
  expect(blindRules(policy.bundle).map(({ rule }) => rule)).toEqual([
    'finance/pack#slots',
    'finance/pack#same',
    'finance/pack#by-content',
  ]);
});

it('are none of most policies', () => {
  expect(blindRules(policyOf(pack({ tools: [{ names: ['*'], effect: 'Allow' }] })).bundle)).toEqual([]);
});
