import { expect, it } from 'vitest';
import { policyPackSchema } from '../../api/policy-pack.ts';
import { callLine } from '../testing/lines.ts';
import { ObservedTraffic } from './observed.ts';
import { callerOf, packOf } from './pack.ts';
import { rulesFor } from './rules.ts';

it('is a pack, whatever was used', () => {
  const observed = new ObservedTraffic();
  observed.add(
    callLine({ effect: 'RequireApproval', arguments: { is: 'object', members: { to: { is: 'text', chars: 16 } } } }),
  );
  observed.add(callLine({ kind: 'resource', name: 'file:///a' }));
  observed.add(callLine({ kind: 'prompt', name: 'read_file' }));
  observed.add(callLine({ kind: 'method', name: 'vendor/x', effect: 'Log' }));
  const rules = rulesFor(observed.used, observed.tools);
  const pack = packOf(rules, { name: 'suggested', namespace: 'finance', targets: { app: 'ledger' } });
  expect(policyPackSchema.safeParse(pack).error).toBeUndefined();
  expect(pack).toMatchObject({
    metadata: { name: 'suggested', namespace: 'finance' },
    spec: {
      targets: { matchLabels: { app: 'ledger' } },
      tools: [{ name: 'read-file-2', names: ['read_file'], effect: 'RequireApproval', principals: { names: ['ada'] } }],
      resources: [{ uris: ['file:///a'], effect: 'Allow' }],
      prompts: [{ name: 'read-file', names: ['read_file'] }],
      methods: [{ names: ['vendor/x'], effect: 'Allow' }],
    },
  });
});

it.each([
  [{ kind: 'token', name: 'ada', groups: [] }, { name: 'ada' }],
  [
    { kind: 'jwt', name: 'ada', groups: ['a'], issuer: 'https://a', scopes: ['s'] },
    { name: 'ada', groups: ['a'], issuer: 'https://a', scopes: ['s'] },
  ],
  [{ kind: 'certificate', name: 'ada', groups: [], issuer: 'pods' }, { name: 'ada' }],
  [{ kind: 'anonymous', name: 'anonymous', groups: [] }, undefined],
])('%j as a case names it', (principal, caller) => expect(callerOf({ principal })).toEqual(caller));
