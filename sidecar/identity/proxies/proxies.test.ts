import { expect, it } from 'vitest';
import { TestAuthority } from '../../../core/x509/testing/test-authority.ts';
import { policyOf } from '../../../test/support/policy.ts';
import { claimHeaders, headersOf, proxyOf } from './proxies.ts';

const policy = policyOf(
  {},
  {
    tls: { secretName: 'ledger-tls' },
    certificates: { trust: [{ name: 'mesh', ca: TestAuthority.root().ca, names: 'Dns' }] },
    trustedProxies: [
      { name: 'b', addresses: ['10.0.0.0/16'], user: { groups: 'X-Groups' } },
      { name: 'a', addresses: ['10.0.1.0/24', '2001:db8::/32'], clientCertificate: { names: 'Uri' } },
      { name: 'c', certificate: { trust: 'mesh', name: 'x' }, user: { header: 'Remote-User' } },
    ],
  },
);
const at = (remoteAddress: string | undefined) => proxyOf({ remoteAddress }, policy, 0)?.name;

it('is the first one by its name that the connection is of', () => {
  expect([at('10.0.1.9'), at('10.0.2.9'), at('2001:db8::1')]).toEqual(['a', 'b', 'a']);
  expect([at('10.1.0.1'), at(undefined), proxyOf(undefined, policy, 0), proxyOf({}, undefined, 0)]).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});

it('speaks in its own headers', () => {
  const proxies = policy.bundle.server.access.trustedProxies ?? [];
  expect(proxies.map(headersOf)).toEqual([
    ['x-forwarded-client-cert'],
    ['x-forwarded-user', 'x-groups'],
    ['remote-user'],
  ]);
  expect([...claimHeaders(policy)]).toEqual(['x-forwarded-client-cert', 'x-forwarded-user', 'x-groups', 'remote-user']);
  expect([...claimHeaders(policyOf({}))]).toEqual([]);
});
