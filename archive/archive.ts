/** Puts the archive together: waits for its database and its certificate, serves, prunes, and ends in order. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../core/clock.ts';
import type { ArchiveConfig } from './config.ts';
import type { ArchiveMetrics } from './metrics.ts';
import { Bucket, BucketError } from './objects/bucket.ts';
import { createProbes, listenProbes } from './probes.ts';
import { kubernetesReader, ownCluster } from './readers/kubernetes.ts';
import { type ReaderCheck, tokenFileReader } from './readers/readers.ts';
import { ArchiveServer } from './server.ts';
import { type Database, isPassing } from './store/database.ts';
import { prune } from './store/prune.ts';
import { ArchiveStore } from './store/store.ts';
import { isSame, readTlsFiles, type TlsMaterial } from './tls-files.ts';

const SYSTEM_CLOCK: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
/** How often it is looked for what is not there yet, and whether the certificate was replaced. */
const LOOK_MS = 1_000;
const RENEW_MS = 10_000;
/** A tenth of the time that records are kept, within an hour: how much longer than that they may stay. */
const MAX_PRUNE_MS = 3_600_000;
const MIN_PRUNE_MS = 500;

type Sleep = (ms: number, value: undefined, options: { signal: AbortSignal; ref?: boolean }) => Promise<unknown>;

export interface ArchiveParts {
  readonly config: ArchiveConfig;
  readonly metrics: ArchiveMetrics;
  readonly log: Logger;
  readonly openDatabase: () => Database;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export class Archive {
  readonly #parts: ArchiveParts;
  #waitingFor: readonly string[] = ['the database'];
  #store: ArchiveStore | undefined;

  constructor(parts: ArchiveParts) {
    this.#parts = parts;
  }

  /** Resolves once it has ended, after `signal`. Rejects where it cannot begin: a port that is taken, tables of a later version. */
  async run(signal: AbortSignal, sleep: Sleep): Promise<void> {
    const { config, metrics, log } = this.#parts;
    const readers = this.#readers();
    const probes = createProbes({
      metrics,
      waitingFor: () => this.#waitingFor,
      measure: async () => {
        if (this.#store !== undefined) metrics.occupied(await this.#store.occupancy());
      },
    });
    const metricsPort = await listenProbes(probes, config.ports.metrics, config.host);
    const pause = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal }).catch(() => {});
    const store = await this.#openStore(signal, pause);
    const material = store === undefined ? undefined : await this.#firstMaterial(signal, pause);
    if (store !== undefined && material !== undefined) {
      const server = new ArchiveServer({ store, readers, metrics, log, clock: SYSTEM_CLOCK }, material);
      const port = await server.listen(config.ports.archive, config.host);
      this.#waitingFor = [];
      log.info({ port, metricsPort, store: store.database.dialect.name }, 'listening');
      await Promise.all([this.#renew(server, material, signal, pause), this.#prune(store, signal, pause)]);
      this.#waitingFor = ['the process is stopping'];
      await server.close();
    }
    await store?.close();
    probes.closeAllConnections();
    await new Promise<void>((resolve) => probes.close(() => resolve()));
  }

  #readers(): ReaderCheck[] {
    const { tokenFile, kubernetes } = this.#parts.config.readers;
    return [
      ...(tokenFile === undefined ? [] : [tokenFileReader(tokenFile)]),
      ...(kubernetes ? [kubernetesReader(ownCluster(this.#parts.env), SYSTEM_CLOCK)] : []),
    ];
  }

  /** A database server may come up later than we do; a file that cannot be opened, and tables of a later version, do not mend themselves. */
  async #openStore(signal: AbortSignal, pause: (ms: number) => Promise<unknown>): Promise<ArchiveStore | undefined> {
    const { openDatabase, log, metrics } = this.#parts;
    const database = openDatabase();
    while (!signal.aborted) {
      try {
        this.#store = await ArchiveStore.open(database, bucketOf(this.#parts.config));
        return this.#store;
      } catch (error) {
        if (database.dialect.name === 'sqlite' || !isPassing(error)) throw error;
        metrics.failed('read');
        log.error({ err: error }, 'the database cannot be reached; it is tried again');
        await pause(LOOK_MS);
      }
    }
    await database.close();
    return undefined;
  }

  async #firstMaterial(signal: AbortSignal, pause: (ms: number) => Promise<unknown>): Promise<TlsMaterial | undefined> {
    const { config, log } = this.#parts;
    this.#waitingFor = [`the certificate in ${config.tls}, which the operator makes`];
    for (let isTold = false; !signal.aborted; isTold = true) {
      const material = readTlsFiles(config.tls);
      if (material !== undefined) return material;
      if (!isTold) log.info({ folder: config.tls }, 'waiting for the certificate');
      await pause(LOOK_MS);
    }
    return undefined;
  }

  async #renew(
    server: ArchiveServer,
    first: TlsMaterial,
    signal: AbortSignal,
    pause: (ms: number) => Promise<unknown>,
  ): Promise<void> {
    const { config, log } = this.#parts;
    let inUse = first;
    while (!signal.aborted) {
      await pause(RENEW_MS);
      try {
        const now = readTlsFiles(config.tls);
        if (now === undefined || isSame(now, inUse)) continue;
        server.renew(now);
        inUse = now;
        log.info('the certificate was replaced');
      } catch (error) {
        log.error({ err: error }, 'a new certificate was not taken; the one before stays in use');
      }
    }
  }

  async #prune(store: ArchiveStore, signal: AbortSignal, pause: (ms: number) => Promise<unknown>): Promise<void> {
    const { config, log, metrics } = this.#parts;
    const { retention } = config;
    if (retention === null) return;
    const every = Math.max(MIN_PRUNE_MS, Math.min(MAX_PRUNE_MS, retention / 10));
    while (!signal.aborted) {
      try {
        const pruned = await prune(store.database, SYSTEM_CLOCK.now() - retention, { bucket: store.bucket, signal });
        metrics.pruned(pruned);
        if (pruned > 0) log.info({ records: pruned }, 'records were pruned');
      } catch (error) {
        metrics.failed(error instanceof BucketError ? 'bucket' : 'prune');
        log.error({ err: error }, 'records could not be pruned; it is tried again');
      }
      await pause(every);
    }
  }
}

function bucketOf({ objects }: ArchiveConfig): Bucket | undefined {
  if (objects === undefined) return undefined;
  const { endpoint, bucket, region, credentials, lock } = objects;
  const [accessKeyId = '', secretAccessKey = ''] = ['accessKeyId', 'secretAccessKey'].map((name) =>
    readFileSync(join(credentials, name), 'utf8').trim(),
  );
  const options = { endpoint, bucket, region, accessKeyId, secretAccessKey, lockMs: lock ?? undefined };
  return new Bucket(options, SYSTEM_CLOCK);
}
