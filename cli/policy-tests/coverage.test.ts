import { expect, it } from 'vitest';
import { pack, policyOf } from '../../core/policy/testing/gen.ts';
import { coverageOf } from './coverage.ts';

const policy = policyOf(
  pack({
    tools: [
      { name: 'read', names: ['read'], effect: 'Allow' },
      { name: 'trial', names: ['drop'], effect: 'Deny', mode: 'Shadow' },
    ],
    clientRequests: { sampling: { effect: 'Deny' } },
    dlp: [{ name: 'keys', detect: ['secrets'], effect: 'Redact' }],
    definitions: {},
    detectors: { use: 'Default' },
    arguments: { schema: 'Shadow' },
  }),
);

it('knows everything that has a name in decisions', () => {
  const { rules, untouched } = coverageOf([{ policy, touched: new Set() }]);
  expect(untouched.toSorted()).toEqual(
    ['arguments.schema', 'clientRequests.sampling', 'definitions', 'detectors', 'keys', 'read', 'trial'].map(
      (rule) => `finance/pack#${rule}`,
    ),
  );
  expect(rules).toBe(7);
});

it('counts a rule once, whichever file of cases touches it', () => {
  const files = ['read', 'trial'].map((rule) => ({ policy, touched: new Set([`finance/pack#${rule}`]) }));
  const { rules, untouched } = coverageOf([...files, { policy: undefined, touched: new Set<string>() }]);
  expect([rules, untouched.length]).toEqual([7, 5]);
});
