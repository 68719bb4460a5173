/** The Secret of the house as a part of the operator: what is wrong with it is in the log and an Event of the Secret. */
import type { Logger } from 'pino';
import type { ApiClient } from '../kit/api-client.ts';
import type { EventRecorder } from '../kit/events.ts';
import type { Certificates, ServingMaterial } from './certificates.ts';
import { HouseSecret } from './house-secret.ts';

export interface HouseSecretParts {
  readonly client: Pick<ApiClient, 'find'>;
  readonly namespace: string;
  readonly dnsNames: readonly string[];
  readonly events: Pick<EventRecorder, 'event'>;
  readonly log: Logger;
}

export function createHouseSecret(name: string | undefined, parts: HouseSecretParts): HouseSecret | undefined {
  if (name === undefined) return undefined;
  const { client, namespace, dnsNames, events, log } = parts;
  const about = { apiVersion: 'v1', kind: 'Secret', namespace, name };
  return new HouseSecret({
    ...{ client, dnsNames, secret: { namespace, name } },
    onProblem(problem) {
      if (problem === undefined) {
        log.info({ secret: `${namespace}/${name}` }, 'the certificate of the house is in use');
        return;
      }
      log.error({ secret: `${namespace}/${name}` }, problem);
      events.event(about, 'Warning', 'CertificateRefused', problem);
    },
  });
}

/** What the webhooks serve where somebody else writes their `caBundle`. */
export function ofHouse(certificates: Pick<Certificates, 'ofHouse' | 'onChange'>): {
  current(): ServingMaterial;
  onChange(listener: (material: ServingMaterial) => void): () => void;
} {
  return {
    current: () => certificates.ofHouse(),
    onChange: (listener) => certificates.onChange(() => listener(certificates.ofHouse())),
  };
}
