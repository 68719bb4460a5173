/** TLS with clients, as the parts of a gate share it: one certificate for all of its ports, and what is counted of them. */
import type { Registry } from 'prom-client';
import type { Bundle } from '../../core/policy/bundle.ts';
import { TlsCounts } from './counts.ts';
import { ServingCertificate } from './serving-certificate.ts';

export class ClientTls {
  readonly certificate = new ServingCertificate();
  readonly counts: TlsCounts;

  /** `server`: the name of now, as metrics have it. */
  constructor(registry: Registry, server: () => string) {
    this.counts = new TlsCounts(registry, server);
    this.certificate.onChange(({ pair, problem }) => this.counts.certificate(pair?.notAfter, problem !== undefined));
  }
}

export function asksTls(bundle: Bundle | undefined): boolean {
  return bundle?.server.access.tls !== undefined;
}
