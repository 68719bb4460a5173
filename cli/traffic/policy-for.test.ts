import { expect, it } from 'vitest';
import { packFile } from '../testing/traffic-file.ts';
import { policyFor } from './policy-for.ts';

it('is that of the namespace and the labels', () => {
  const policy = packFile('{targets: {matchLabels: {app: ledger}}, tools: [{names: [a], effect: Allow}]}');
  expect(policyFor({ policy, labels: 'app=ledger' }, 'default/ledger').bundle.packs).toHaveLength(1);
  expect(() => policyFor({ policy }, 'default/ledger')).toThrow(/no PolicyPack .* applies to the server default\/any/);
  expect(() => policyFor({ policy, labels: 'app=ledger' }, 'finance/ledger')).toThrow(
    /applies to the server finance\/any/,
  );
});

it.each([
  ['/nowhere', /cannot read \/nowhere: it does not exist/],
  [packFile.name, /cannot read/],
])('%s cannot be one', (policy, words) => expect(() => policyFor({ policy }, undefined)).toThrow(words));

it('says what is wrong with a pack', () => {
  expect(() => policyFor({ policy: packFile('{tools: [{names: [a], effect: Maybe}]}') }, undefined)).toThrow(/effect/);
});
