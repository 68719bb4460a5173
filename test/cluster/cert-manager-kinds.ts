/** The kind of cert-manager that the chart uses, with the fields it sets as that kind has them: cert-manager.io/v1 Certificate. */
import type { ApiServer } from './api-server.ts';

const text = { type: 'string' };
const object = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
});

const DEFINITION = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'certificates.cert-manager.io' },
  spec: {
    group: 'cert-manager.io',
    scope: 'Namespaced',
    names: { kind: 'Certificate', listKind: 'CertificateList', plural: 'certificates', singular: 'certificate' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: object({
            spec: object(
              {
                secretName: text,
                issuerRef: object({ name: text, kind: text, group: text }, ['name']),
                duration: text,
                dnsNames: { type: 'array', items: text },
                usages: { type: 'array', items: { type: 'string', enum: ['digital signature', 'server auth'] } },
                privateKey: object({
                  algorithm: { type: 'string', enum: ['RSA', 'ECDSA', 'Ed25519'] },
                  size: { type: 'integer' },
                  rotationPolicy: { type: 'string', enum: ['Never', 'Always'] },
                }),
              },
              ['issuerRef', 'secretName'],
            ),
          }),
        },
      },
    ],
  },
};

export async function installCertManagerKinds(server: Pick<ApiServer, 'kubectl'>): Promise<void> {
  await server.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(DEFINITION));
  await server.kubectl(['wait', '--for=condition=Established', '--timeout=30s', `crd/${DEFINITION.metadata.name}`]);
}
