/**
 * Keeps a store equal to what the API server has: all that is there, then watches that take up where the last one ended. All that is
 * there comes by a watch too, where the server can do that, and else by a list. Behaviour follows client-go's `tools/cache/reflector.go`; what is added is distrust: a watch without a byte for too long is cut, and every ten to
 * fifteen minutes everything is listed anew, since watches that go blind without an error are the folklore of this trade.
 */
import type { Logger } from 'pino';
import { ApiError, type ApiClient } from './api-client.ts';
import type { Status } from './api-error.ts';
import { InitialEvents, sendsNone } from './initial-events.ts';
import { Backoff, WATCH_BACKOFF, type BackoffOptions } from './backoff.ts';
import { sleep, SYSTEM_CLOCK, type Timers } from './clock.ts';
import type { Runnable } from './manager.ts';
import { qualifiedName, type KubeObject, type Ref, type Resource } from './resource.ts';
import { Silence } from './silence.ts';
import { isSameVersion, keyOf, type Store } from './store.ts';
import { eventsOf, type WatchEvent } from './watch-stream.ts';

/**
 * Bookmarks come once a minute, but a server at rest leaves the first one out: 1.36 was seen to send them after 120, 180, 240 s.
 * Longer silence is a dead connection, as far as anybody can tell.
 */
const SILENCE_MS = 150_000;
const WATCH_SECONDS = { min: 300, max: 600 };
const RELIST_MS = { min: 600_000, max: 900_000 };
/** Whoever forgot a CRD or an RBAC rule waits. */
const MISCONFIGURED_MAX_MS = 10_000;
/** A watch that ends at once and brings nothing has failed, whatever it says. */
const SHORTEST_WATCH_MS = 1_000;
const RELIST_PAUSE_MS = 10_000;
/** The same trouble is said again after so long. */
const REPEAT_LOG_MS = 5 * 60_000;

export interface ReflectorOptions<T extends KubeObject> {
  readonly client: ApiClient;
  readonly resource: Resource<T>;
  readonly store: Store<T>;
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Where others fill the same store: which objects of it are this one's. Default: all. */
  readonly isOwnPart?: (ref: Ref) => boolean;
  /** Keeps what is needed of an object; managedFields are gone before. */
  readonly transform?: (object: T) => T;
  readonly log: Logger;
  readonly clock?: Timers;
  readonly random?: () => number;
  readonly silenceMs?: number;
  readonly relistMs?: { readonly min: number; readonly max: number };
  readonly backoff?: BackoffOptions;
}

/** How a watch came to its end. */
type WatchEnd =
  | { readonly kind: 'over' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'failed'; readonly error: unknown };

export class Reflector<T extends KubeObject> implements Runnable {
  readonly name: string;
  readonly needsLeader = false;
  /** Resolves when the store is filled for the first time. */
  readonly synced: Promise<void>;
  readonly #options: ReflectorOptions<T>;
  readonly #what: string;
  readonly #log: Logger;
  readonly #clock: Timers;
  readonly #random: () => number;
  readonly #backoff: Backoff;
  readonly #markSynced: () => void;
  #hasSynced = false;
  #problem: string | undefined;
  #problemLoggedAt = -Infinity;
  /** Until the server says that it sends no initial events. */
  #streams = true;
  /** Where the next watch begins; undefined when only a list can tell. */
  #resourceVersion: string | undefined;
  #listedAt = -Infinity;
  #relistAt = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#what = qualifiedName(options.resource);
    this.name = `cache of ${this.#what}`;
    this.#log = options.log.child({ resource: this.#what });
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#random = options.random ?? Math.random;
    this.#backoff = new Backoff(options.backoff ?? WATCH_BACKOFF, this.#clock, this.#random);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.synced = promise;
    this.#markSynced = resolve;
  }

  get ready(): Promise<void> {
    return this.synced;
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Why the store may be behind; undefined while all is well. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Never gives up, never throws: a process that exits has no cache either. */
  async start(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#step(signal);
      } catch (error) {
        if (signal.aborted) return;
        await this.#wait(error, signal);
      }
    }
  }

  async #step(signal: AbortSignal): Promise<void> {
    const isDue = this.#resourceVersion === undefined || this.#clock.monotonic() >= this.#relistAt;
    if (isDue && !this.#streams) await this.#list(signal);
    const end = await this.#watch(isDue && this.#streams, signal);
    if (end.kind === 'failed') throw end.error;
    if (end.kind === 'expired') {
      this.#log.info('the server no longer has the changes since the last one seen; listing again');
      this.#resourceVersion = undefined;
      // Once is enough as a rule; more often at once would be a storm of lists.
      if (this.#clock.monotonic() - this.#listedAt < RELIST_PAUSE_MS)
        await sleep(this.#clock, this.#backoff.next(), signal);
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, resource, namespace, labelSelector, fieldSelector } = this.#options;
    const selection = { namespace, labelSelector, fieldSelector, signal };
    const version = this.#versionToList();
    const { items, resourceVersion } = await client.list(
      resource,
      { ...selection, ...(version === undefined ? {} : { resourceVersion: version }) },
      (object) => this.#kept(object),
    );
    this.#fill(items, resourceVersion, this.#nextRelist());
  }

  /** First from any server's cache, which is cheap; later what is not older than what is known, in answer to doubts: so the newest. */
  #versionToList(): string | undefined {
    return this.#hasSynced ? undefined : '0';
  }

  #nextRelist(): number {
    return this.#clock.monotonic() + between(this.#options.relistMs ?? RELIST_MS, this.#random);
  }

  #fill(items: readonly T[], resourceVersion: string | undefined, relistAt: number): void {
    this.#attempt(() => this.#options.store.replace(items, this.#options.isOwnPart));
    this.#resourceVersion = resourceVersion;
    this.#listedAt = this.#clock.monotonic();
    this.#relistAt = relistAt;
    if (!this.#hasSynced) this.#log.info({ objects: items.length }, 'cache filled');
    this.#hasSynced = true;
    this.#markSynced();
    this.#clear();
  }

  async #watch(withInitialEvents: boolean, signal: AbortSignal): Promise<WatchEnd> {
    const { client, resource, namespace, labelSelector, fieldSelector } = this.#options;
    const relistAt = withInitialEvents ? this.#nextRelist() : this.#relistAt;
    const untilRelist = Math.max(1, Math.ceil((relistAt - this.#clock.monotonic()) / 1000));
    const timeoutSeconds = Math.min(Math.ceil(between(WATCH_SECONDS, this.#random)), untilRelist);
    let initial = withInitialEvents ? new InitialEvents<T>((object) => this.#kept(object)) : undefined;
    const own = new AbortController();
    const silence = new Silence(this.#options.silenceMs ?? SILENCE_MS, this.#clock, own);
    const began = this.#clock.monotonic();
    let accepted = false;
    let events = 0;
    let cancelHealthy: (() => void) | undefined;
    try {
      const stream = await client.watch(resource, {
        namespace,
        labelSelector,
        fieldSelector,
        resourceVersion: withInitialEvents ? this.#versionToList() : this.#resourceVersion,
        sendInitialEvents: withInitialEvents,
        timeoutSeconds,
        signal: AbortSignal.any([signal, own.signal]),
      });
      accepted = true;
      if (!withInitialEvents) cancelHealthy = this.#clock.after(SHORTEST_WATCH_MS, () => this.#clear());
      for await (const event of eventsOf(stream, () => silence.touch())) {
        events += 1;
        if (event.type === 'ERROR') return this.#refused(event.object);
        if (initial === undefined) this.#take(event);
        const all = initial?.take(event);
        if (all === undefined) continue;
        initial = undefined;
        this.#fill(all, event.object.metadata.resourceVersion, relistAt);
      }
    } catch (error) {
      if (error instanceof ApiError && mustList(error)) return { kind: 'expired' };
      if (withInitialEvents && sendsNone(error)) {
        this.#streams = false;
        return { kind: 'over' };
      }
      if (!own.signal.aborted) return { kind: 'failed', error };
      if (!accepted || initial !== undefined) return { kind: 'failed', error: own.signal.reason };
      // Perhaps there was nothing to say. A new watch on a new connection finds out, and costs next to nothing.
      this.#log.info({ reason: String(own.signal.reason) }, 'beginning a new watch');
      return { kind: 'over' };
    } finally {
      silence.cancel();
      cancelHealthy?.();
      own.abort();
    }
    if (initial !== undefined) return { kind: 'failed', error: new Error('the watch ended before all was there') };
    if (events === 0 && this.#clock.monotonic() - began < SHORTEST_WATCH_MS) {
      return { kind: 'failed', error: new Error('the watch ended at once') };
    }
    return { kind: 'over' };
  }

  #refused(status: Status): WatchEnd {
    const error = new ApiError({ verb: 'watch', resource: this.#options.resource }, status.code ?? 500, status);
    return mustList(error) ? { kind: 'expired' } : { kind: 'failed', error };
  }

  #take({ type, object }: WatchEvent): void {
    const { store } = this.#options;
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
        this.#attempt(() => store.set(this.#kept(object as unknown as T)));
        break;
      case 'DELETED':
        this.#attempt(() => store.delete(keyOf(object), this.#kept(object as unknown as T)));
        break;
      case 'BOOKMARK':
        break;
      default:
        this.#log.warn({ type }, 'the server sent a watch event of an unknown type; passed over');
        return;
    }
    this.#resourceVersion = object.metadata.resourceVersion ?? this.#resourceVersion;
  }

  /** The one that is stored already where nothing has changed: a relist must not hold everything twice. */
  #kept(object: T): T {
    const stored = this.#options.store.get(keyOf(object));
    if (stored !== undefined && isSameVersion(stored, object)) return stored;
    delete object.metadata.managedFields;
    return this.#options.transform?.(object) ?? object;
  }

  /** The store has changed when a listener throws; the bug is the listener's, and the stream goes on. */
  #attempt(change: () => void): void {
    try {
      change();
    } catch (error) {
      this.#log.error({ err: error }, 'a listener of the cache failed');
    }
  }

  async #wait(error: unknown, signal: AbortSignal): Promise<void> {
    let wait = this.#backoff.next();
    if (error instanceof ApiError) {
      if (error.status === 403 || error.status === 404) wait = Math.min(wait, MISCONFIGURED_MAX_MS);
      wait = Math.max(wait, error.retryAfterMs ?? 0);
    }
    this.#complain(error, wait);
    await sleep(this.#clock, wait, signal);
  }

  #complain(error: unknown, waitMs: number): void {
    const problem = error instanceof Error ? error.message : String(error);
    const now = this.#clock.monotonic();
    const isNew = problem !== this.#problem || now - this.#problemLoggedAt >= REPEAT_LOG_MS;
    this.#problem = problem;
    if (!isNew) return;
    this.#problemLoggedAt = now;
    this.#log.warn(
      { problem, nextTryMs: Math.round(waitMs) },
      `cache of ${this.#what} is not kept up to date; trying again`,
    );
  }

  #clear(): void {
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    this.#log.info(`cache of ${this.#what} is up to date again`);
  }
}

/** The changes since then are compacted away (410), or, after a restore of etcd from a backup, have never been. */
function mustList(error: ApiError): boolean {
  return error.status === 410 || error.causes.some((cause) => cause.reason === 'ResourceVersionTooLarge');
}

function between({ min, max }: { readonly min: number; readonly max: number }, random: () => number): number {
  return min + random() * (max - min);
}
