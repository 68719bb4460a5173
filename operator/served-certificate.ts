/**
 * The certificate of another process of ours, the archive or the hooks, in a Secret that it mounts: signed by the authority of the operator,
 * with all that gates are to be known by. Neither has a right in the cluster by which it could get one itself, nor could make one.
 */
import type { Logger } from 'pino';
import type { ApiClient } from './kit/api-client.ts';
import { sleep, type Timers } from './kit/clock.ts';
import type { Runnable } from './kit/manager.ts';
import { RESOURCES } from './kit/kubernetes-resources.ts';
import type { OperatorConfig } from './config.ts';
import { ARCHIVE_SERVICE, ARCHIVE_TLS_SECRET, HOOKS_SERVICE, HOOKS_TLS_SECRET } from './names.ts';
import type { Certificates } from './tls/certificates.ts';
import { dnsNamesOf } from './tls/dns-names.ts';
import { complaintAbout, isIssuedBy, readCertificate } from './tls/read-certificate.ts';

const PERIOD_MS = 60_000;
const RETRY_MS = 5_000;
/** For `kubectl port-forward`: readers come from the machine that they sit at. */
const FORWARDED = 'localhost';

export interface ServedCertificateOptions {
  readonly client: Pick<ApiClient, 'find' | 'create' | 'mergePatch'>;
  readonly certificates: Pick<Certificates, 'ownAuthorities' | 'issueServing'>;
  /** Whose it is, for the log: `archive`. */
  readonly of: string;
  readonly namespace: string;
  readonly secretName: string;
  readonly dnsNames: readonly string[];
  readonly clock: Timers;
  readonly log: Logger;
}

export class ServedCertificate implements Runnable {
  readonly name: string;
  readonly needsLeader = true;
  readonly #options: ServedCertificateOptions;
  readonly #dnsNames: readonly string[];

  constructor(options: ServedCertificateOptions) {
    this.#options = options;
    this.name = `certificate of the ${options.of}`;
    this.#dnsNames = [...options.dnsNames, FORWARDED];
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    let wait: number;
    do {
      try {
        await this.refresh();
        wait = PERIOD_MS;
      } catch (error) {
        wait = RETRY_MS;
        log.error({ err: error }, `the ${this.name} could not be read or written; it is tried again`);
      }
    } while (await sleep(clock, wait, signal));
  }

  /** Writes the Secret where something in it is due. */
  async refresh(): Promise<void> {
    const { client, certificates, namespace, secretName, clock, log } = this.#options;
    const ref = { namespace, name: secretName };
    const secret = await client.find(RESOURCES.Secret, ref);
    // Not those of the house: by ca.crt the archive tells gates from others.
    const caBundle = certificates.ownAuthorities();
    const held = Object.fromEntries(
      Object.entries(secret?.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
    );
    const isServable = isGood(held['tls.crt'], held['tls.key'], this.#dnsNames, caBundle, clock.now());
    if (isServable && held['ca.crt'] === caBundle) return;
    const { cert, key } = isServable
      ? { cert: held['tls.crt'] ?? '', key: held['tls.key'] ?? '' }
      : certificates.issueServing(this.#dnsNames);
    const data = { 'tls.crt': base64(cert), 'tls.key': base64(key), 'ca.crt': base64(caBundle) };
    if (secret === undefined) await client.create(RESOURCES.Secret, { metadata: ref, type: 'Opaque', data });
    else {
      const { resourceVersion } = secret.metadata;
      await client.mergePatch(RESOURCES.Secret, ref, { metadata: { resourceVersion }, data });
    }
    log.info({ secret: `${namespace}/${secretName}` }, `the ${this.name} was written`);
  }
}

/** For each of these processes that there is. */
export function servedCertificates(
  config: Pick<OperatorConfig, 'namespace' | 'clusterDomain' | 'archive' | 'hooks'>,
  parts: Pick<ServedCertificateOptions, 'client' | 'certificates' | 'clock' | 'log'>,
): ServedCertificate[] {
  const { namespace } = config;
  const served = [
    { of: 'archive', isThere: config.archive.enabled, service: ARCHIVE_SERVICE, secretName: ARCHIVE_TLS_SECRET },
    { of: 'hooks', isThere: config.hooks.enabled, service: HOOKS_SERVICE, secretName: HOOKS_TLS_SECRET },
  ];
  return served
    .filter(({ isThere }) => isThere)
    .map(({ of, service, secretName }) => {
      const dnsNames = dnsNamesOf({ ...config, name: service });
      return new ServedCertificate({ ...parts, of, namespace, secretName, dnsNames });
    });
}

/** Of these names, by an authority that is trusted, and in the first two thirds of its life. */
export function isGood(
  cert: string | undefined,
  key: string | undefined,
  dnsNames: readonly string[],
  caBundle: string,
  now: number,
): boolean {
  if (cert === undefined || key === undefined || complaintAbout({ cert, key }, 'serving') !== undefined) return false;
  const { dnsNames: named, issuedAt, notAfter } = readCertificate(cert);
  const authorities = caBundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? [];
  const isTrusted = authorities.some((authority) => isIssuedBy(cert, authority));
  const isNamed = named.length === dnsNames.length && dnsNames.every((name) => named.includes(name));
  return isTrusted && isNamed && now < issuedAt + ((notAfter - issuedAt) * 2) / 3;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
