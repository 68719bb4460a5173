/**
 * The certificates of this process, from the Secret that all replicas share. Whoever finds it absent or due writes it, with
 * optimistic concurrency, and all others read what the first one wrote.
 */
import type { KeyObject } from 'node:crypto';
import { Gauge, type Registry } from 'prom-client';
import type { Logger } from 'pino';
import { TLS_SECRET } from '../names.ts';
import { type ApiClient, isConflict } from '../kit/api-client.ts';
import { Backoff } from '../kit/backoff.ts';
import { sleep, type Timers } from '../kit/clock.ts';
import type { Runnable } from '../kit/manager.ts';
import type { RawObject } from '../kit/resource.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { issueGate, issueServing } from './authority.ts';
import { type KeyPair, readCertificate } from './read-certificate.ts';
import { deriveSecret } from './derive.ts';
import { type Rotation, rotate } from './rotation.ts';
import { bundleOf, decodeState, encodeState, type TlsState } from './state.ts';

/** Rotation counts in days; what is seen within the minute is somebody deleting or overwriting the Secret. */
const PERIOD_MS = 60_000;
const RETRY = { firstMs: 500, maxMs: 30_000, jitter: 0.2, resetAfterMs: 120_000 };
const MAX_CONFLICTS = 5;

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
        wait = PERIOD_MS;
      } catch (error) {
        wait = backoff.next();
        this.#problem = error instanceof Error ? error.message : String(error);
        log.error({ err: error, retryInMs: Math.round(wait) }, 'the certificates could not be read or written');
      }
    } while (await sleep(clock, wait, signal));
  }

  /** Reads the Secret, writes it if something is due, and takes what it holds then. */
  async refresh(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        this.#take(await this.#agree());
        return;
      } catch (error) {
        // Another replica was faster: what it wrote is as good.
        if (!isConflict(error) || tries >= MAX_CONFLICTS) throw error;
      }
    }
  }

  async #agree(): Promise<TlsState> {
    const { client, namespace, dnsNames, clock, log } = this.#options;
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
    if (secret === undefined || problems.length > 0 || rotation.done.length > 0) await this.#write(secret, rotation);
    return rotation.state;
  }

  async #write(secret: RawObject | undefined, { state, done }: Rotation): Promise<void> {
    const { client, namespace, log } = this.#options;
    const data = encodeState(state);
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

  #take(state: TlsState): void {
    this.#state = state;
    const { cert, key } = state.serving;
    const material = { cert, key, caBundle: bundleOf(state) };
    this.#notAfter.set({ certificate: 'serving' }, readCertificate(cert).notAfter / 1000);
    this.#notAfter.set({ certificate: 'authority' }, readCertificate(state.issuing.cert).notAfter / 1000);
    const before = this.#material;
    if (before?.cert === material.cert && before.key === material.key && before.caBundle === material.caBundle) return;
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
