/** Certificates by which clients know a gate, where `access.tls.issuer` has the operator give them; the private key stays in the gate. */
import type { Caches } from '../caches.ts';
import { parseServer } from '../parsed.ts';
import { placementOf } from '../placement.ts';
import type { Certificates } from '../tls/certificates.ts';
import { dnsNamesOf } from '../tls/dns-names.ts';
import type { PodCaller } from './caller.ts';
import { certificateRequestSchema } from './gate-certificate.ts';

export interface ServingParts {
  readonly caches: Pick<Caches, 'servers'>;
  readonly certificates: Pick<Certificates, 'issueServingFor'>;
  readonly clusterDomain: string;
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

export class ServingCertificates {
  readonly #parts: ServingParts;

  constructor(parts: ServingParts) {
    this.#parts = parts;
  }

  /**
   * For the names of the server's own Service and for no others: whoever writes an MCPServer must not get a certificate for a name that
   * somebody else answers to. Throws a ZodError for what is no request.
   */
  issue({ namespace, server }: Pick<PodCaller, 'namespace' | 'server'>, body: unknown): Answer {
    const { caches, certificates, clusterDomain } = this.#parts;
    const { publicKey } = certificateRequestSchema.parse(body);
    const object = caches.servers.get({ namespace, name: server });
    const parsed = object === undefined ? undefined : parseServer(object);
    const asks = parsed !== undefined && 'value' in parsed && parsed.value.spec.access?.tls?.issuer === 'Operator';
    const placement = object === undefined ? undefined : placementOf(object);
    if (!asks || placement?.gate !== 'injected')
      return {
        status: 409,
        body: { error: `MCPServer ${namespace}/${server} does not say access.tls.issuer: Operator` },
      };
    const { service: name } = placement.owned;
    const names = [...dnsNamesOf({ name, namespace, clusterDomain }), name];
    return { status: 200, body: { certificate: certificates.issueServingFor(names, publicKey) } };
  }
}
