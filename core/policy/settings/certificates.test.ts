import { expect, it } from 'vitest';
import { TestAuthority } from '../../x509/testing/test-authority.ts';
import { mcpServerSchema } from '../../api/mcp-server.ts';
import { compileCertificates } from './certificates.ts';

const [one, other] = [TestAuthority.root(), TestAuthority.root()];

function accessOf(access: unknown) {
  const spec = { remote: { url: 'http://127.0.0.1/mcp' }, access };
  const server = { apiVersion: 'sallyport.dev/v1alpha1', kind: 'MCPServer', metadata: { name: 'a', namespace: 'b' } };
  return mcpServerSchema.parse({ ...server, spec }).spec.access;
}

it('is nothing where nobody says it', () => {
  expect(compileCertificates(undefined)).toEqual({});
});

it('is the same, whatever the order in which it was written and what stands between', () => {
  const mesh = { name: 'mesh', names: 'Spiffe', trustDomain: 'a.org', groups: ['y', 'x'], crl: one.crl([]) };
  const plain = { name: 'a', ca: TestAuthority.root().ca, names: 'Dns' };
  const of = (...trust: unknown[]) =>
    compileCertificates(accessOf({ tls: { secretName: 'ledger-tls' }, certificates: { trust } }));
  const first = of({ ...mesh, ca: one.ca + other.ca }, plain);
  expect(of(plain, { ...mesh, ca: `# next\n${other.ca}\n# now\n${one.ca}` })).toEqual(first);
  expect(first.certificates).toMatchObject({
    mode: 'Optional',
    trust: [
      { name: 'a', named: { names: 'Dns' }, groups: [], crls: [] },
      { name: 'mesh', named: { names: 'Spiffe', trustDomain: 'a.org' }, groups: ['x', 'y'] },
    ],
  });
  expect(first.certificates?.trust[1]?.ca).toHaveLength(2);
});
