/**
 * Events (events.k8s.io/v1) for people who run `kubectl describe`. Best effort by design: they are sent in the background, in
 * order, and what cannot be sent is dropped, because a reconciliation must never fail over its own news.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { ApiError, type ApiClient } from './api-client.ts';
import { TokenBucket } from './backoff.ts';
import { sleep, SYSTEM_CLOCK, type Timers } from './clock.ts';
import { microTime } from './leader-election.ts';
import type { Runnable } from './manager.ts';
import type { KubeObject } from './resource.ts';
import { RESOURCES } from './kubernetes-resources.ts';

/** What an event is about. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid?: string;
}

export type EventType = 'Normal' | 'Warning';

/** As client-go's spam filter: so many at once for one object, then one in five minutes. */
const BURST_PER_OBJECT = 25;
const PER_OBJECT_QPS = 1 / 300;
const MAX_OBJECTS = 4096;
/** Identical news within this time is one event with a count. */
const SERIES_MS = 6 * 60_000;
/** The count of a series is written at most so often. */
const SERIES_WRITE_MS = 30_000;
const MAX_SERIES = 1024;
const MAX_UNSENT = 1000;
/** Limits of the API (`k8s.io/kubernetes/pkg/apis/core/validation/events.go`), which calls them characters and counts bytes. */
const MAX_NOTE_BYTES = 1024;
const MAX_WORD_BYTES = 128;

interface Series {
  readonly namespace: string;
  readonly body: Record<string, unknown>;
  /** Of the event as it is in the API server; undefined while it is on its way. */
  name: string;
  count: number;
  lastAt: number;
  writtenAt: number;
  dirty: boolean;
}

export interface EventRecorderOptions {
  readonly client: ApiClient;
  /** A qualified name: `example.com/controller`. */
  readonly controller: string;
  /** The pod. */
  readonly instance: string;
  readonly log: Logger;
  readonly clock?: Timers;
}

export class EventRecorder implements Runnable {
  readonly name = 'events';
  readonly needsLeader = false;
  readonly #options: EventRecorderOptions;
  readonly #clock: Timers;
  /** Both in the order of last use, so that the oldest can go. */
  readonly #series = new Map<string, Series>();
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #unsent = new Set<Series>();
  #sending: Promise<void> | undefined;
  #complaint: string | undefined;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  event(about: KubeObject | ObjectReference, type: EventType, reason: string, message: string, action = reason): void {
    const regarding = 'metadata' in about ? referenceTo(about) : about;
    const note = cut(message, MAX_NOTE_BYTES);
    const key = JSON.stringify([
      regarding.uid ?? '',
      regarding.kind,
      regarding.namespace,
      regarding.name,
      type,
      reason,
      action,
      note,
    ]);
    const now = this.#clock.now();
    const known = touch(this.#series, key);
    if (known !== undefined && now - known.lastAt < SERIES_MS) {
      known.count += 1;
      known.lastAt = now;
      if (now - known.writtenAt >= SERIES_WRITE_MS || known.count === 2) this.#enqueue(known);
      else known.dirty = true;
      return;
    }
    if (!this.#mayTell(regarding)) return;
    // Events of objects without a namespace live in `default`, where kubectl looks for them.
    const namespace = regarding.namespace ?? 'default';
    const body = {
      regarding,
      type,
      reason: cut(reason, MAX_WORD_BYTES),
      action: cut(action, MAX_WORD_BYTES),
      note,
      reportingController: this.#options.controller,
      reportingInstance: cut(this.#options.instance, MAX_WORD_BYTES),
    };
    const series = { namespace, body, name: '', count: 1, lastAt: now, writtenAt: now, dirty: false };
    keep(this.#series, key, series, MAX_SERIES);
    this.#enqueue(series);
  }

  /** Writes the counts that are left, until the signal aborts; then what is left, once. */
  async start(signal: AbortSignal): Promise<void> {
    while (await sleep(this.#clock, SERIES_WRITE_MS, signal)) this.#flush();
    this.#flush();
    await this.#sending;
  }

  #flush(): void {
    for (const series of this.#series.values()) if (series.dirty) this.#enqueue(series);
  }

  #mayTell({ uid, kind, namespace, name }: ObjectReference): boolean {
    const key = uid ?? `${kind}/${namespace ?? ''}/${name}`;
    const bucket = touch(this.#buckets, key) ?? new TokenBucket(PER_OBJECT_QPS, BURST_PER_OBJECT, this.#clock);
    keep(this.#buckets, key, bucket, MAX_OBJECTS);
    return bucket.tryTake();
  }

  #enqueue(series: Series): void {
    series.dirty = false;
    if (this.#unsent.size >= MAX_UNSENT) return;
    this.#unsent.add(series);
    this.#sending ??= this.#send();
  }

  async #send(): Promise<void> {
    for (const series of this.#unsent) {
      // Out before it is written: what happens meanwhile puts it in again.
      this.#unsent.delete(series);
      try {
        await this.#write(series);
        this.#complaint = undefined;
      } catch (error) {
        this.#complain(error);
      }
    }
    this.#sending = undefined;
  }

  async #write(series: Series): Promise<void> {
    series.writtenAt = this.#clock.now();
    if (series.name !== '') {
      const patch = { series: seriesOf(series) };
      try {
        await this.#options.client.mergePatch(
          RESOURCES.Event,
          { namespace: series.namespace, name: series.name },
          patch,
        );
        return;
      } catch (error) {
        // Events live for an hour; then the count begins again.
        if (!(error instanceof ApiError && error.status === 404)) throw error;
      }
    }
    const regarding = series.body['regarding'] as ObjectReference;
    const name = `${regarding.name.slice(0, 200).replace(/[-.]+$/, '')}.${randomUUID().replaceAll('-', '').slice(0, 16)}`;
    const metadata = { name, namespace: series.namespace };
    const count = series.count === 1 ? {} : { series: seriesOf(series) };
    await this.#options.client.create(RESOURCES.Event, {
      metadata,
      eventTime: microTime(series.lastAt),
      ...series.body,
      ...count,
    });
    series.name = name;
  }

  #complain(error: unknown): void {
    // The namespace is being deleted: nobody will read it there.
    if (error instanceof ApiError && error.causes.some((cause) => cause.reason === 'NamespaceTerminating')) return;
    const complaint = error instanceof ApiError ? String(error.status) : String(error);
    if (complaint === this.#complaint) return;
    this.#complaint = complaint;
    this.#options.log.warn({ err: error }, 'an event could not be sent and is dropped');
  }
}

function seriesOf({ count, lastAt }: Series): object {
  return { count, lastObservedTime: microTime(lastAt) };
}

function referenceTo(object: KubeObject): ObjectReference {
  const { name, namespace, uid } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
  };
}

function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  // A character that was cut through is left out.
  return `${bytes
    .subarray(0, maxBytes - 3)
    .toString()
    .replace(/\uFFFD+$/, '')}...`;
}

/** The value, moved to the young end. */
function touch<V>(map: Map<string, V>, key: string): V | undefined {
  const value = map.get(key);
  if (value !== undefined) {
    map.delete(key);
    map.set(key, value);
  }
  return value;
}

function keep<V>(map: Map<string, V>, key: string, value: V, max: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > max && oldest !== undefined) map.delete(oldest);
}
