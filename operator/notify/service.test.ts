import { pino } from 'pino';
import { Registry } from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { SYSTEM_CLOCK } from '../kit/clock.ts';
import { ControllerMetrics } from '../kit/metrics.ts';
import { Store } from '../kit/store.ts';
import type { StoredRequest } from '../custom-resources.ts';
import { type Channel, NotTakenError } from './channel.ts';
import { Notifications } from './service.ts';
import { requestOf } from './testing/request.ts';
import { NEWS } from './told.ts';

/** Waits for ten minutes from now. */
function waiting(name: string): StoredRequest {
  const request = requestOf({ spec: { expiresAt: new Date(Date.now() + 600_000).toISOString() } });
  return { ...request, metadata: { ...request.metadata, name, uid: name, resourceVersion: String((versions += 1)) } };
}
let versions = 1;

interface Told {
  readonly channel: string;
  readonly name: string;
}

function start(sends: Readonly<Record<string, Channel['send']>>) {
  const approvals = new Store<StoredRequest>();
  const told: Told[] = [];
  const registry = new Registry();
  const names = Object.keys(sends);
  const channels = Object.entries(sends).map(([name, send]) => ({
    name,
    news: new Set(NEWS),
    follows: true,
    send: async (...args: Parameters<Channel['send']>) => {
      const sent = await send(...args);
      told.push({ channel: name, name: args[0].request.metadata.name });
      return sent;
    },
  }));
  const client = {
    find: (_: unknown, ref: { namespace: string; name: string }) => Promise.resolve(approvals.get(ref)),
    mergePatch: () => Promise.resolve({}),
  };
  const notifications = new Notifications({
    ...{ channels, registry, clock: SYSTEM_CLOCK, caches: { approvals } },
    routes: { channels: names, byDefault: names },
    client: client as never,
    events: { event: () => {} } as never,
    metrics: new ControllerMetrics(registry),
    log: pino({ level: 'silent' }),
  });
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  return { approvals, told, notifications, abort };
}

const taken: Channel['send'] = () => Promise.resolve({});

describe('who leads', () => {
  test('tells of what was there before and of what comes after, and nobody else does', async () => {
    const { approvals, told, notifications, abort } = start({ slack: taken });
    approvals.set(waiting('before'));
    approvals.set(waiting('gone'));
    approvals.delete('finance/gone');
    expect(told).toEqual([]);
    void notifications.start(abort.signal);
    await eventually('the first is told', () => told.length === 1);
    approvals.set(waiting('after'));
    await eventually('the second is told', () => told.length === 2);
    expect(told.map(({ name }) => name)).toEqual(['before', 'after']);
    approvals.delete('finance/after');
  });

  test('has said what it was saying when it ends', async () => {
    const begun = Promise.withResolvers<void>();
    const { approvals, told, notifications, abort } = start({
      slow: async () => {
        begun.resolve();
        await new Promise((resolve) => setTimeout(resolve, 100));
        return {};
      },
    });
    approvals.set(waiting('one'));
    const ended = notifications.start(abort.signal);
    await begun.promise;
    abort.abort();
    await ended;
    expect(told).toHaveLength(1);
  });
});

test('a channel that never answers, and one that takes nothing, keep no other waiting', async () => {
  const { approvals, told, notifications, abort } = start({
    dead: (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('ended')))),
    full: () => Promise.reject(new NotTakenError('it answers 503', { again: 'Later' })),
    slack: taken,
  });
  void notifications.start(abort.signal);
  for (let number = 0; number < 5; number++) approvals.set(waiting(`r${number}`));
  await eventually('all are told where somebody listens', () => told.length === 5);
  expect(new Set(told.map(({ channel }) => channel))).toEqual(new Set(['slack']));
});
