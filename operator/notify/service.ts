/**
 * Tells people of requests that wait, and of what became of them: the leader alone, each channel by itself, so that one that is away keeps no
 * other waiting. Nothing is decided here, and nothing that goes wrong here decides anything.
 */
import type { Registry } from 'prom-client';
import type { Logger } from 'pino';
import type { Caches } from '../caches.ts';
import type { ApiClient } from '../kit/api-client.ts';
import type { Timers } from '../kit/clock.ts';
import { Controller } from '../kit/controller.ts';
import type { EventRecorder } from '../kit/events.ts';
import type { Runnable } from '../kit/manager.ts';
import type { ControllerMetrics } from '../kit/metrics.ts';
import type { Channel } from './channel.ts';
import { Courier } from './courier.ts';
import { NotifyMetrics } from './metrics.ts';
import type { Routes } from './route.ts';

export interface NotificationsOptions {
  readonly channels: readonly Channel[];
  readonly routes: Routes;
  readonly caches: Pick<Caches, 'approvals'>;
  readonly client: ApiClient;
  readonly events: EventRecorder;
  readonly registry: Registry;
  readonly metrics: ControllerMetrics;
  readonly clock: Timers;
  readonly log: Logger;
}

/** What is on its way when the process is to stop gets so long, since a message that is given up is one that nobody knows the fate of. */
const LAST_WORD_MS = 3_000;

interface Desk {
  readonly courier: Courier;
  readonly controller: Controller;
}

export class Notifications implements Runnable {
  readonly name = 'notifications';
  readonly needsLeader = true;
  readonly #caches: Pick<Caches, 'approvals'>;
  readonly #clock: Timers;
  readonly #desks: readonly Desk[];
  readonly #ending = new AbortController();
  /** Who does not lead keeps nothing, however long it runs. */
  #leads = false;

  constructor({ channels, registry, metrics, ...shared }: NotificationsOptions) {
    const { caches, clock, log, client, events, routes } = shared;
    const own = new NotifyMetrics(
      registry,
      channels.map(({ name }) => name),
    );
    this.#caches = caches;
    this.#clock = clock;
    this.#desks = channels.map((channel) => {
      const courier = new Courier({
        ...{ channel, routes, client, events, clock, log, metrics: own },
        requests: caches.approvals,
      });
      const reconcile = (ref: Parameters<Courier['look']>[0]) => courier.look(ref, this.#ending.signal);
      // One after the other: people read in the order in which they are told.
      const controller = new Controller({ name: `notify-${channel.name}`, workers: 1, reconcile, log, metrics, clock });
      return { courier, controller };
    });
    caches.approvals.onChange(({ type, object }) => {
      if (!this.#leads) return;
      for (const { courier, controller } of this.#desks) {
        if (type === 'deleted') courier.forget(object.metadata.uid ?? '');
        else controller.enqueue(object.metadata);
      }
    });
  }

  async start(signal: AbortSignal): Promise<void> {
    this.#leads = true;
    for (const { metadata } of this.#caches.approvals.list()) {
      for (const { controller } of this.#desks) controller.enqueue(metadata);
    }
    const stopped = Promise.all(this.#desks.map(({ controller }) => controller.start(signal)));
    const limit = (): void => void this.#clock.after(LAST_WORD_MS, () => this.#ending.abort());
    signal.addEventListener('abort', limit, { once: true });
    await stopped;
  }
}
