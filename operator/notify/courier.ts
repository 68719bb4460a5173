/**
 * One channel and what it has yet to be told. Nothing is queued but names of requests: what to say is computed from the request at the
 * moment of saying it, so what waits takes no room, is never out of date, and survives whoever was to say it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from 'pino';
import type { ApiClient } from '../kit/api-client.ts';
import { TokenBucket } from '../kit/backoff.ts';
import type { Timers } from '../kit/clock.ts';
import type { Outcome } from '../kit/controller.ts';
import type { EventRecorder } from '../kit/events.ts';
import type { Ref } from '../kit/resource.ts';
import type { Store } from '../kit/store.ts';
import { CUSTOM_RESOURCES, type StoredRequest } from '../custom-resources.ts';
import { stateOf } from '../approvals/request.ts';
import { type Channel, NotTakenError } from './channel.ts';
import { due, toldOf } from './due.ts';
import type { NotifyMetrics } from './metrics.ts';
import { Pause } from './pause.ts';
import { routeOf, type Routes } from './route.ts';
import { type News, together, type Told } from './told.ts';

export interface CourierOptions {
  readonly channel: Channel;
  readonly routes: Routes;
  readonly requests: Pick<Store<StoredRequest>, 'get'>;
  readonly client: Pick<ApiClient, 'find' | 'mergePatch'>;
  readonly events: Pick<EventRecorder, 'event'>;
  readonly metrics: NotifyMetrics;
  readonly clock: Timers;
  readonly log: Logger;
  readonly random?: () => number;
}

/** What Slack takes of one application in one channel (https://docs.slack.dev/apis/web-api/rate-limits); nobody reads faster either. */
const PER_SECOND = 1;
const BURST = 10;

export class Courier {
  readonly #options: CourierOptions;
  readonly #pause: Pause;
  readonly #bucket: TokenBucket;
  /** By uid: what the channel took while this process leads. The API server may not have it yet, or keep none (an older CRD). */
  readonly #told = new Map<string, Told>();
  /** Uids of requests of which the API server has to be told that the channel was. */
  readonly #unrecorded = new Set<string>();
  /** Uids of requests that the channel has not taken so far. */
  readonly #failing = new Set<string>();

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#pause = new Pause(options.clock, options.random);
    this.#bucket = new TokenBucket(PER_SECOND, BURST, options.clock);
  }

  /** The request is gone. */
  forget(uid: string): void {
    this.#told.delete(uid);
    this.#unrecorded.delete(uid);
    this.#failing.delete(uid);
  }

  /** Tells what is due of one request, if anything is. Throws where the API server does. */
  async look(ref: Ref, signal: AbortSignal): Promise<Outcome> {
    const { channel, clock, requests, client } = this.#options;
    const cached = requests.get(ref);
    if (cached === undefined || cached.metadata.deletionTimestamp !== undefined) return { kind: 'done' };
    if (this.#unrecorded.has(uidOf(cached))) await this.#record(cached, this.#toldOf(cached));
    const early = this.#next(cached);
    if ('kind' in early) return early;
    const restMs = this.#pause.leftMs;
    if (restMs > 0) return { kind: 'requeueAfter', ms: restMs };
    if (!this.#bucket.tryTake()) return { kind: 'requeueAfter', ms: 1000 / PER_SECOND };
    // The cache leaves out what only people read, and may be behind.
    const request = await client.find(CUSTOM_RESOURCES.ApprovalRequest, ref);
    if (request === undefined || uidOf(request) !== uidOf(cached)) return { kind: 'done' };
    const next = this.#next(request);
    if ('kind' in next) return next;
    const told = this.#toldOf(request);
    const now = clock.now();
    try {
      const { ref: message, remark } = await channel.send({ request, news: next.news, told, now }, signal);
      this.#taken(request, remark);
      await this.#remember(request, toldOf(request, told, next.news, now, message));
    } catch (error) {
      if (!(error instanceof NotTakenError)) throw error;
      if (error.again === 'Later') return this.#later(request, error);
      await this.#refused(request, told, error);
    }
    const then = this.#next(request);
    return 'kind' in then ? then : { kind: 'requeueAfter', ms: 0 };
  }

  /** What is to be told now, or the outcome of there being nothing. */
  #next(request: StoredRequest): Outcome | { readonly news: News } {
    const { channel, routes, clock } = this.#options;
    const told = this.#toldOf(request);
    const isOurs = told.requested !== undefined || routeOf(request.spec.notify, routes).includes(channel.name);
    if (!isOurs) return { kind: 'done' };
    const next = due(request, told, clock.now(), channel);
    if (next.kind === 'tell') return { news: next.news };
    if (next.kind === 'wait') return { kind: 'requeueAfter', ms: next.ms };
    if (stateOf(request) !== 'Pending') this.#over(request, told);
    return { kind: 'done' };
  }

  #toldOf(request: StoredRequest): Told {
    return together(request.status?.notified?.[this.#options.channel.name], this.#told.get(uidOf(request)));
  }

  async #remember(request: StoredRequest, told: Told): Promise<void> {
    this.#told.set(uidOf(request), told);
    this.#unrecorded.add(uidOf(request));
    await this.#record(request, told);
  }

  /** Of this channel alone: each writes a key of its own, so none takes away what another wrote. */
  async #record(request: StoredRequest, told: Told): Promise<void> {
    const { channel, client } = this.#options;
    const { namespace = '', name, uid } = request.metadata;
    if (!isDeepStrictEqual(request.status?.notified?.[channel.name], told)) {
      const patch = { metadata: { uid }, status: { notified: { [channel.name]: told } } };
      await client.mergePatch(CUSTOM_RESOURCES.ApprovalRequest, { namespace, name }, patch, { subresource: 'status' });
    }
    this.#unrecorded.delete(uidOf(request));
  }

  #taken(request: StoredRequest, remark: string | undefined): void {
    const { channel, metrics, log } = this.#options;
    metrics.count(channel.name, 'sent');
    this.#failing.delete(uidOf(request));
    if (this.#pause.succeeded()) log.info({ channel: channel.name }, 'the channel takes messages again');
    if (remark !== undefined) log.warn({ channel: channel.name, remark }, 'the channel has taken a message, but');
  }

  #later(request: StoredRequest, error: NotTakenError): Outcome {
    const { channel, metrics, log } = this.#options;
    metrics.count(channel.name, 'failed');
    if (!this.#pause.isFailing)
      log.warn({ channel: channel.name, why: error.message }, 'the channel takes no messages; trying again');
    this.#pause.failed(error.afterMs);
    if (!this.#failing.has(uidOf(request))) {
      this.#failing.add(uidOf(request));
      this.#warn(
        request,
        'NotificationDelayed',
        `Channel ${channel.name} has not taken it yet: ${error.message}. It is tried again until this request is over.`,
      );
    }
    return { kind: 'requeueAfter', ms: Math.max(1, this.#pause.leftMs) };
  }

  async #refused(request: StoredRequest, told: Told, { message }: NotTakenError): Promise<void> {
    const { channel, metrics, log } = this.#options;
    metrics.count(channel.name, 'refused');
    this.#failing.delete(uidOf(request));
    log.warn({ channel: channel.name, why: message, name: request.metadata.name }, 'the channel refuses a message');
    this.#warn(
      request,
      'NotificationRefused',
      `Channel ${channel.name} takes no message about this request: ${message}.`,
    );
    await this.#remember(request, { ...told, problem: message.slice(0, 512) });
  }

  #over(request: StoredRequest, told: Told): void {
    const { channel, metrics } = this.#options;
    if (!this.#failing.delete(uidOf(request)) || told.requested !== undefined) return;
    metrics.count(channel.name, 'missed');
    this.#warn(
      request,
      'NotificationMissed',
      `Channel ${channel.name} was never told of it: it took nothing until the request was over.`,
    );
  }

  #warn(request: StoredRequest, reason: string, message: string): void {
    this.#options.events.event(request, 'Warning', reason, message, 'Notify');
  }
}

function uidOf({ metadata }: StoredRequest): string {
  return metadata.uid ?? '';
}
