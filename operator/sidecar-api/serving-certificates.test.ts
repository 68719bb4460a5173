import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { cachesWith, mcpServer } from '../testing/gen.ts';
import { issueAuthority, issueServingFor } from '../tls/authority.ts';
import { ServingCertificates } from './serving-certificates.ts';

const NOW = Date.now();
const authority = issueAuthority(NOW);
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const body = { publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
const caller = { namespace: 'finance', server: 'ledger' };

function askedFor(server: object | undefined, asked: unknown = body) {
  const caches = server === undefined ? cachesWith() : cachesWith(server);
  const certificates = {
    issueServingFor: (...[names, key]: [readonly string[], Parameters<typeof issueServingFor>[2]]) =>
      issueServingFor(authority, names, key, NOW),
  };
  return new ServingCertificates({ caches, certificates, clusterDomain: 'cluster.local' }).issue(caller, asked);
}

const byOperator = { access: { tls: { issuer: 'Operator' } } };

test.each([
  ['of the server', byOperator, 'ledger'],
  ['that it names', { ...byOperator, service: { name: 'front' } }, 'front'],
])('a certificate is for the names of the Service %s, and for the key that was shown', (_, spec, name) => {
  const { status, body: answer } = askedFor(mcpServer({ spec }));
  expect(status).toBe(200);
  const certificate = new X509Certificate((answer as { certificate: string }).certificate);
  const names = [`${name}.finance.svc`, `${name}.finance`, `${name}.finance.svc.cluster.local`, name];
  expect(certificate.subjectAltName).toBe(names.map((one) => `DNS:${one}`).join(', '));
  expect(certificate.verify(new X509Certificate(authority.cert).publicKey)).toBe(true);
  expect(certificate.publicKey.equals(publicKey)).toBe(true);
});

test.each([
  ['has its certificate from a Secret', mcpServer({ spec: { access: { tls: { secretName: 'ledger-tls' } } } })],
  ['speaks plain HTTP', mcpServer()],
  ['is gone', undefined],
])('none for a server that %s', (_, server) => {
  expect(askedFor(server)).toEqual({
    status: 409,
    body: { error: 'MCPServer finance/ledger does not say access.tls.issuer: Operator' },
  });
});

test('what is no public key is refused', () => {
  expect(() => askedFor(mcpServer({ spec: byOperator }), { publicKey: 'x' })).toThrow(/is no public key/);
});
