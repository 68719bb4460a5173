import { expect, it } from 'vitest';
import { TestAuthority } from '../../x509/testing/test-authority.ts';
import { mcpServerSchema } from '../../api/mcp-server.ts';
import { compileTrustedProxies } from './trusted-proxies.ts';

function accessOf(access: unknown) {
  const spec = { remote: { url: 'http://127.0.0.1/mcp' }, access };
  const server = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'MCPServer', metadata: { name: 'a', namespace: 'b' } };
  return mcpServerSchema.parse({ ...server, spec }).spec.access;
}

it('is nothing where nobody says it', () => expect(compileTrustedProxies(undefined)).toEqual({}));

it('has the headers of proxies in lower case', () => {
  const certificates = { trust: [{ name: 'mesh', ca: TestAuthority.root().ca, names: 'Dns' }] };
  const trustedProxies = [
    { name: 'b', addresses: ['10.0.1.0/24', '10.0.0.0/24'], user: { groups: 'X-Forwarded-Groups' } },
    { name: 'a', certificate: { trust: 'mesh', name: 'x' }, clientCertificate: { names: 'Uri' } },
    { name: 'c', addresses: ['10.0.1.0/24'], user: { header: 'Remote-User' } },
  ];
  expect(
    compileTrustedProxies(accessOf({ tls: { secretName: 'ledger-tls' }, certificates, trustedProxies })).trustedProxies,
  ).toEqual([
    {
      ...{ name: 'a', from: { trust: 'mesh', certificate: 'x' } },
      says: { clientCertificate: 'x-forwarded-client-cert', named: { names: 'Uri' } },
    },
    {
      ...{ name: 'b', from: { addresses: ['10.0.0.0/24', '10.0.1.0/24'] } },
      says: { user: 'x-forwarded-user', groups: 'x-forwarded-groups' },
    },
    { name: 'c', from: { addresses: ['10.0.1.0/24'] }, says: { user: 'remote-user', groups: null } },
  ]);
});
