/**
 * The certificates of this process, from the Secret that all replicas share. Whoever finds it absent or due writes it, with
 * optimistic concurrency, and all others read what the first one wrote. Where the house has a certificate for the operator, that one is
 * served, and the operator's own authority goes on beside it: for gates and the archive, and for the minutes in which not everybody has
 * heard of the authority of the house.
 */
import type { KeyObject } from 'node:crypto';
import { Gauge, type Registry } from 'prom-client';
import type { Logger } from 'pino';
import { TLS_SECRET } from '../names.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { Backoff } from '../kit/backoff.ts';
import { sleep, type Timers } from '../kit/clock.ts';
import { despiteConflicts } from '../kit/despite-conflicts.ts';
import type { Runnable } from '../kit/manager.ts';
import type { RawObject } from '../kit/resource.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { issueGate, issueServing, issueServingFor } from './authority.ts';
import type { HouseCertificate } from './house.ts';
import type { HouseSecret } from './house-secret.ts';
import { decodeTrust, encodeTrust, type HouseTrust, isHeardOf, trustHouse } from './house-trust.ts';
import { certificatesIn, voucherOf } from './pem.ts';
import { type KeyPair, readCertificate } from './read-certificate.ts';
import { deriveSecret } from './derive.ts';
import { type Rotation, rotate } from './rotation.ts';
import { bundleOf, decodeState, encodeState, type TlsState } from './state.ts';

/** Rotation counts in days; what is seen within the minute is somebody deleting or overwriting the Secret. */
const PERIOD_MS = 60_000;
/** Whoever renews a certificate of the house wants to see it served. */
const HOUSE_PERIOD_MS = 5_000;
/** Key of the Secret: which authorities of the house are told of, and since when. */
const HOUSE_TRUST_KEY = 'house-trust.json';
const RETRY = { firstMs: 500, maxMs: 30_000, jitter: 0.2, resetAfterMs: 120_000 };

export interface ServingMaterial {
  readonly cert: string;
  readonly key: string;
  /** What clients have to trust, PEM: during a rotation two authorities. */
  readonly caBundle: string;
}

export interface CertificatesOptions {
  readonly client: Pick<ApiClient, 'find' | 'create' | 'mergePatch'>;
  /** The operator's own namespace. */
  readonly namespace: string;
  readonly dnsNames: readonly string[];
  readonly clock: Timers;
  readonly log: Logger;
  readonly registry: Registry;
  /** Where the house has a certificate for the operator. Default: nowhere. */
  readonly house?: HouseSecret | undefined;
}

/** All that is agreed on. */
interface Agreed {
  readonly state: TlsState;
  readonly house: HouseCertificate | undefined;
  readonly trust: readonly HouseTrust[];
}

export class Certificates implements Runnable {
  readonly name = 'certificates';
  /** Every replica serves. */
  readonly needsLeader = false;
  readonly ready: Promise<void>;
  readonly #options: CertificatesOptions;
  readonly #loaded = Promise.withResolvers<void>();
  readonly #listeners = new Set<(material: ServingMaterial) => void>();
  readonly #notAfter;
  #state: TlsState | undefined;
  #house: HouseCertificate | undefined;
  #material: ServingMaterial | undefined;
  #problem: string | undefined = 'not loaded yet';

  constructor(options: CertificatesOptions) {
    this.#options = options;
    this.ready = this.#loaded.promise;
    this.#notAfter = new Gauge({
      name: 'sallyport_certificate_not_after_seconds',
      help: "When a certificate of the operator's own ends, in seconds since the epoch. It is replaced after two thirds of its life.",
      labelNames: ['certificate'],
      registers: [options.registry],
    });
  }

  /** Only once `ready`. */
  current(): ServingMaterial {
    if (this.#material === undefined) throw new Error('the certificates were asked for before they were loaded');
    return this.#material;
  }

  /**
   * For webhooks whose `caBundle` somebody else writes, who knows of no authority but that of the house: its certificate from the first
   * moment on. Only once `ready`.
   */
  ofHouse(): ServingMaterial {
    const material = this.current();
    return this.#house === undefined ? material : { ...material, cert: this.#house.cert, key: this.#house.key };
  }

  /** PEM: the operator's own authorities alone. By them gates prove who they are; the house vouches for more than gates. Only once `ready`. */
  ownAuthorities(): string {
    if (this.#state === undefined) throw new Error('the authority was asked for before the certificates were loaded');
    return bundleOf(this.#state);
  }

  /** Whether who trusts this PEM text trusts what `ofHouse` is. Only once `ready`. */
  isVouchedForIn(caBundle: string): boolean {
    try {
      return voucherOf(certificatesIn(this.ofHouse().cert), certificatesIn(caBundle)) !== undefined;
    } catch {
      return false;
    }
  }

  /**
   * Secrets that every replica derives alike (`derive.ts`): of the authority that signs now, and of the next one where there is one, a day
   * before it takes over. Only once `ready`.
   */
  derive(info: string): { readonly current: Buffer; readonly next: Buffer | undefined } {
    if (this.#state === undefined) throw new Error('a secret was asked for before the certificates were loaded');
    const { issuing, next } = this.#state;
    return { current: deriveSecret(issuing, info), next: next === undefined ? undefined : deriveSecret(next, info) };
  }

  /** When the authority that signs now was issued: milliseconds since the epoch. Only once `ready`. */
  authorityIssuedAt(): number {
    if (this.#state === undefined) throw new Error('the authority was asked for before the certificates were loaded');
    return readCertificate(this.#state.issuing.cert).issuedAt;
  }

  /** For a server of these names that is not the operator. Only once `ready`. */
  issueServing(dnsNames: readonly string[]): KeyPair {
    if (this.#state === undefined) throw new Error('a certificate was asked for before the certificates were loaded');
    return issueServing(this.#state.issuing, dnsNames, this.#options.clock.now());
  }

  /** PEM, for one that keeps its private key to itself. Only once `ready`. */
  issueServingFor(dnsNames: readonly string[], publicKey: KeyObject): string {
    if (this.#state === undefined) throw new Error('a certificate was asked for before the certificates were loaded');
    return issueServingFor(this.#state.issuing, dnsNames, publicKey, this.#options.clock.now());
  }

  /** PEM, for a gate; see `issueGate`. Only once `ready`. */
  issueGate(uri: string, publicKey: KeyObject): string {
    if (this.#state === undefined) throw new Error('a certificate was asked for before the certificates were loaded');
    return issueGate(this.#state.issuing, uri, publicKey, this.#options.clock.now());
  }

  /** Why there are none, or why what is due could not be written; undefined while all is well. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Called after every change; the returned function ends that. */
  onChange(listener: (material: ServingMaterial) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    const backoff = new Backoff(RETRY, clock);
    let wait: number;
    do {
      try {
        await this.refresh();
        this.#problem = undefined;
        wait = this.#options.house === undefined ? PERIOD_MS : HOUSE_PERIOD_MS;
      } catch (error) {
        wait = backoff.next();
        this.#problem = error instanceof Error ? error.message : String(error);
        log.error({ err: error, retryInMs: Math.round(wait) }, 'the certificates could not be read or written');
      }
    } while (await sleep(clock, wait, signal));
  }

  /** Reads the Secret, writes it if something is due, and takes what it holds then. */
  async refresh(): Promise<void> {
    this.#take(await despiteConflicts(() => this.#agree()));
  }

  async #agree(): Promise<Agreed> {
    const { client, namespace, dnsNames, clock, log } = this.#options;
    const house = await this.#options.house?.read(clock.now());
    const secret = await client.find(RESOURCES.Secret, { namespace, name: TLS_SECRET });
    const { state: stored, problems } = decodeState(secret?.data ?? {});
    const rotation = rotate({
      stored,
      remembered: this.#state,
      deleted: secret === undefined && this.#state !== undefined,
      dnsNames,
      now: clock.now(),
    });
    // The chart makes it empty, so that it belongs to the release and goes with it.
    if (Object.keys(secret?.data ?? {}).length > 0 && problems.length > 0) {
      log.warn(
        { secret: `${namespace}/${TLS_SECRET}`, problems },
        'the Secret with the certificates is damaged, or written by somebody else; what is wrong is replaced',
      );
    }
    const known = decodeTrust(secret?.data?.[HOUSE_TRUST_KEY]);
    const authorityIssuedAt = readCertificate(rotation.state.issuing.cert).issuedAt;
    const trust = trustHouse({ known, authorities: house?.authorities ?? [], authorityIssuedAt, now: clock.now() });
    const done = trust === known ? rotation.done : [...rotation.done, 'authorities of the house were written down'];
    if (secret === undefined || problems.length > 0 || done.length > 0) {
      await this.#write(secret, { ...rotation, done }, trust);
    }
    return { state: rotation.state, house, trust };
  }

  async #write(secret: RawObject | undefined, { state, done }: Rotation, trust: readonly HouseTrust[]): Promise<void> {
    const { client, namespace, log } = this.#options;
    const data = { ...encodeState(state), [HOUSE_TRUST_KEY]: encodeTrust(trust) };
    if (secret === undefined) {
      const metadata = { namespace, name: TLS_SECRET };
      const filled = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
      await client.create(RESOURCES.Secret, { metadata, type: 'Opaque', data: filled });
    } else {
      // With the version it was read at, a merge patch is refused when somebody else has written since.
      const { resourceVersion } = secret.metadata;
      const patch = { metadata: { resourceVersion }, data };
      await client.mergePatch(RESOURCES.Secret, { namespace, name: TLS_SECRET }, patch);
    }
    log.info({ secret: `${namespace}/${TLS_SECRET}`, done }, 'the certificates were written');
  }

  #take({ state, house, trust }: Agreed): void {
    this.#state = state;
    const wasOfHouse = this.#house?.cert;
    this.#house = house;
    const isHeard = house !== undefined && isHeardOf(house.voucher, trust, this.#options.clock.now());
    const { cert, key } = isHeard ? house : state.serving;
    const material = { cert, key, caBundle: [bundleOf(state), ...trust.map(({ ca }) => ca)].join('') };
    if (house === undefined) this.#notAfter.remove({ certificate: 'house' });
    else this.#notAfter.set({ certificate: 'house' }, house.notAfter / 1000);
    this.#notAfter.set({ certificate: 'serving' }, readCertificate(state.serving.cert).notAfter / 1000);
    this.#notAfter.set({ certificate: 'authority' }, readCertificate(state.issuing.cert).notAfter / 1000);
    const before = this.#material;
    const isSame =
      before?.cert === material.cert && before.key === material.key && before.caBundle === material.caBundle;
    if (isSame && wasOfHouse === house?.cert) return;
    this.#material = material;
    // First: a listener that throws must not keep back those that wait, since nothing is new about it the next time.
    this.#loaded.resolve();
    for (const listener of this.#listeners) {
      try {
        listener(material);
      } catch (error) {
        this.#options.log.error({ err: error }, 'new certificates were not taken');
      }
    }
  }
}
