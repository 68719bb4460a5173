/** A server that clients come to by TLS: what the operator makes of it, and the certificate that it gives to its gates. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import type { TestOperator } from '../../support/operator.ts';
import { soon } from './bench.ts';
import { Installation } from './installation.ts';
import { ask, gatedPod } from './pod-identity.ts';

let on: Installation;
let operator: TestOperator;
beforeAll(async () => {
  on = await Installation.start();
  operator = await on.replica({ name: 'a' });
}, BUILD_LIMIT_MS);
afterAll(() => on?.close());

test('has an https endpoint, a Service that says so, and a certificate for the names of that alone', async () => {
  const pod = await gatedPod(on);
  const { namespace } = pod;
  const ref = { namespace, name: 'ledger' };
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = { publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
  const asked = () => ask(operator, pod.operatorCa, { path: '/v1/serving-certificate', body, token: pod.token });
  expect(await asked()).toMatchObject({ status: 409 });
  await on.client.mergePatch(CUSTOM_RESOURCES.MCPServer, ref, { spec: { access: { tls: { issuer: 'Operator' } } } });
  const certificate = await soon(async () => {
    const answer = await asked();
    expect(answer.status).toBe(200);
    return new X509Certificate((answer.body as { certificate: string }).certificate);
  });
  expect(certificate.checkHost(`ledger.${namespace}.svc`)).toBeDefined();
  expect(certificate.checkHost(`other.${namespace}.svc`)).toBeUndefined();
  expect(certificate.verify(new X509Certificate(pod.operatorCa).publicKey)).toBe(true);
  await soon(async () => {
    const { status } = await on.client.get(CUSTOM_RESOURCES.MCPServer, ref);
    expect(status?.['endpoint']).toBe(`https://ledger.${namespace}.svc:443/mcp`);
    expect(status?.['conditions']).toContainEqual(
      expect.objectContaining({ type: 'TLSReady', reason: 'CertificatePending' }),
    );
    const { spec } = await on.client.get(RESOURCES.Service, ref);
    expect(spec).toMatchObject({ ports: [{ port: 443, targetPort: 8484, appProtocol: 'https' }] });
  });
});
