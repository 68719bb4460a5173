/**
 * The keys that gates seal the handles of their clients with, from the Secret that all replicas share. Whoever finds it absent or due
 * writes it, with optimistic concurrency, and all others read what the first one wrote. Of a key each server gets its own (HKDF-SHA256,
 * RFC 5869), so that no gate opens what another server's gates have sealed.
 */
import { hkdfSync, randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { ApiClient } from '../kit/api-client.ts';
import { Backoff } from '../kit/backoff.ts';
import { sleep, type Timers } from '../kit/clock.ts';
import { despiteConflicts } from '../kit/despite-conflicts.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { Runnable } from '../kit/manager.ts';
import type { RawObject } from '../kit/resource.ts';
import { HANDLE_KEYS_SECRET } from '../names.ts';
import type { Certificates } from '../tls/certificates.ts';
import { type HandleKey, type HandleKeys, type HandleRotation, KEY_BYTES, rotateHandleKeys } from './rotation.ts';
import { decodeHandleKeys, encodeHandleKeys } from './secret-data.ts';

const PERIOD_MS = 60_000;
const RETRY = { firstMs: 500, maxMs: 30_000, jitter: 0.2, resetAfterMs: 120_000 };

export interface HandleKeyServiceOptions {
  readonly client: Pick<ApiClient, 'find' | 'create' | 'mergePatch'>;
  readonly certificates: Pick<Certificates, 'derive' | 'authorityIssuedAt'>;
  /** The operator's own namespace. */
  readonly namespace: string;
  readonly clock: Timers;
  readonly log: Logger;
}

/** Of one server: 32 bytes each. `other` opens handles and seals none: it is about to replace the first, or was replaced by it. */
export interface ServerHandleKeys {
  readonly current: Buffer;
  readonly other: Buffer | undefined;
}

export class HandleKeyService implements Runnable {
  readonly name = 'handle keys';
  /** Every replica answers gates. */
  readonly needsLeader = false;
  readonly ready: Promise<void>;
  readonly #options: HandleKeyServiceOptions;
  readonly #loaded = Promise.withResolvers<void>();
  #keys: HandleKeys | undefined;
  #problem: string | undefined = 'not loaded yet';

  constructor(options: HandleKeyServiceOptions) {
    this.#options = options;
    this.ready = this.#loaded.promise;
  }

  /** Why there are none; undefined once there are. */
  get problem(): string | undefined {
    return this.#keys === undefined ? this.#problem : undefined;
  }

  /** `info` says whose keys these are: another `info`, other keys. Only once `ready`. */
  of(info: string): ServerHandleKeys {
    if (this.#keys === undefined) throw new Error('a handle key was asked for before the keys were loaded');
    const { current, next, former } = this.#keys;
    const other = next ?? former;
    return { current: this.#for(current, info), other: other === undefined ? undefined : this.#for(other, info) };
  }

  #for({ secret }: HandleKey, info: string): Buffer {
    if (secret === 'authority') return this.#options.certificates.derive(info).current;
    return Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, KEY_BYTES));
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    const backoff = new Backoff(RETRY, clock);
    let wait: number;
    do {
      try {
        await this.refresh();
        wait = PERIOD_MS;
      } catch (error) {
        wait = backoff.next();
        this.#problem = error instanceof Error ? error.message : String(error);
        log.error({ err: error, retryInMs: Math.round(wait) }, 'the handle keys could not be read or written');
      }
    } while (await sleep(clock, wait, signal));
  }

  /** Reads the Secret, writes it if something is due, and takes what it holds then. */
  async refresh(): Promise<void> {
    this.#keys = await despiteConflicts(() => this.#agree());
    this.#loaded.resolve();
  }

  async #agree(): Promise<HandleKeys> {
    const { client, certificates, namespace, clock, log } = this.#options;
    const secret = await client.find(RESOURCES.Secret, { namespace, name: HANDLE_KEYS_SECRET });
    const { keys: stored, problems } = decodeHandleKeys(secret?.data ?? {});
    const rotation = rotateHandleKeys({
      stored,
      remembered: this.#keys,
      deleted: secret === undefined && this.#keys !== undefined,
      authorityIssuedAt: certificates.authorityIssuedAt(),
      now: clock.now(),
      random: () => randomBytes(KEY_BYTES),
    });
    // The chart makes it empty, so that it belongs to the release and goes with it.
    if (Object.keys(secret?.data ?? {}).length > 0 && problems.length > 0) {
      const where = `${namespace}/${HANDLE_KEYS_SECRET}`;
      log.warn({ secret: where, problems }, 'the Secret with the handle keys is damaged; what is wrong is replaced');
    }
    if (secret === undefined || problems.length > 0 || rotation.done.length > 0) await this.#write(secret, rotation);
    return rotation.keys;
  }

  async #write(secret: RawObject | undefined, { keys, done }: HandleRotation): Promise<void> {
    const { client, namespace, log } = this.#options;
    const ref = { namespace, name: HANDLE_KEYS_SECRET };
    const data = encodeHandleKeys(keys);
    if (secret === undefined) {
      const filled = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
      await client.create(RESOURCES.Secret, { metadata: ref, type: 'Opaque', data: filled });
    } else {
      // With the version it was read at, a merge patch is refused when somebody else has written since.
      const { resourceVersion } = secret.metadata;
      await client.mergePatch(RESOURCES.Secret, ref, { metadata: { resourceVersion }, data });
    }
    log.info({ secret: `${namespace}/${HANDLE_KEYS_SECRET}`, done }, 'the handle keys were written');
  }
}
