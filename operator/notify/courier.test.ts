import { pino } from 'pino';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, test } from 'vitest';
import type { StoredRequest } from '../custom-resources.ts';
import type { Timers } from '../kit/clock.ts';
import { type Channel, NotTakenError, type Notice } from './channel.ts';
import { Courier } from './courier.ts';
import { NotifyMetrics } from './metrics.ts';
import { CREATED, EXPIRES, requestOf } from './testing/request.ts';
import { NEWS, type Told } from './told.ts';

const REF = { namespace: 'finance', name: 'ledger-transfer-x7k2m' };
const signal = new AbortController().signal;

/** What the API server keeps of one request, as far as a courier sees it. */
class Kept {
  request: StoredRequest | undefined = requestOf();
  /** Whether it keeps what it is told of notifications. */
  keeps = true;
  isAway = false;
  writes = 0;

  get(): StoredRequest | undefined {
    return this.request;
  }

  find(): Promise<StoredRequest | undefined> {
    return Promise.resolve(this.request);
  }

  mergePatch(_resource: unknown, _ref: unknown, patch: object): Promise<never> {
    if (this.isAway) return Promise.reject(new Error('the API server is away'));
    this.writes += 1;
    const { status } = patch as { status: { notified: Record<string, Told> } };
    if (this.keeps && this.request !== undefined) {
      const notified = { ...this.request.status?.notified, ...status.notified };
      this.set({ notified });
    }
    return Promise.resolve(this.request as never);
  }

  set(status: object): void {
    if (this.request !== undefined)
      this.request = { ...this.request, status: { ...this.request.status, ...status } } as StoredRequest;
  }
}

let kept: Kept;
let sent: string[];
let events: string[];
let problem: Error | undefined;
let registry: Registry;
let at: number;
beforeEach(() => {
  [kept, sent, events, problem, registry, at] = [new Kept(), [], [], undefined, new Registry(), CREATED];
});

const clock: Timers = { now: () => at, monotonic: () => at, after: () => () => {} };

function courier(names: readonly string[] = ['slack']): Courier {
  const channel: Channel = {
    name: 'slack',
    news: new Set(NEWS),
    follows: true,
    send({ news }: Notice) {
      if (problem !== undefined) return Promise.reject(problem);
      sent.push(news);
      return Promise.resolve({ ref: 'C1/1' });
    },
  };
  return new Courier({
    ...{ channel, clock, requests: kept, client: kept as never, random: () => 1 },
    routes: { channels: ['slack', 'mail'], byDefault: names },
    events: { event: (_about, _type, reason, message) => events.push(`${reason}: ${message}`) },
    metrics: new NotifyMetrics(registry, ['slack']),
    log: pino({ level: 'silent' }),
  });
}

async function counted(): Promise<Record<string, number>> {
  const metric = await registry.getSingleMetric('sallyport_notifications_total')?.get();
  return Object.fromEntries(
    (metric?.values ?? []).filter(({ value }) => value > 0).map(({ labels, value }) => [labels['result'], value]),
  );
}

test('a request is told once, and again when there is news of it', async () => {
  const one = courier();
  await one.look(REF, signal);
  await one.look(REF, signal);
  expect([sent, kept.request?.status?.notified]).toEqual([
    ['Requested'],
    { slack: { requested: new Date(CREATED).toISOString(), ref: 'C1/1' } },
  ]);
  kept.set({ votes: [{ username: 'ada', decision: 'Approved' }] });
  await one.look(REF, signal);
  at = CREATED + 9 * 60_000;
  await one.look(REF, signal);
  kept.set({ state: 'Denied' });
  await one.look(REF, signal);
  await one.look(REF, signal);
  expect(sent).toEqual(['Requested', 'Voted', 'Reminder', 'Settled']);
  expect(await counted()).toEqual({ sent: 4 });
});

test('another process goes on where one was stopped', async () => {
  await courier().look(REF, signal);
  registry.clear();
  await courier().look(REF, signal);
  expect(sent).toEqual(['Requested']);
});

test('looks again when a reminder is due', async () => {
  expect(await courier().look(REF, signal)).toEqual({ kind: 'requeueAfter', ms: 8 * 60_000 });
});

describe('where nothing is kept of it', () => {
  test('by a CRD of before, nobody is told twice by one process', async () => {
    kept.keeps = false;
    const one = courier();
    for (let look = 0; look < 5; look++) await one.look(REF, signal);
    expect(sent).toEqual(['Requested']);
  });

  test('since the API server is away, it is recorded once it is back', async () => {
    kept.isAway = true;
    const one = courier();
    await expect(one.look(REF, signal)).rejects.toThrow('away');
    await expect(one.look(REF, signal)).rejects.toThrow('away');
    kept.isAway = false;
    await one.look(REF, signal);
    expect([sent, kept.writes, kept.request?.status?.notified?.['slack']?.ref]).toEqual([['Requested'], 1, 'C1/1']);
  });
});

describe('a channel that takes nothing', () => {
  test('is left alone for a while, and told once it is back', async () => {
    problem = new NotTakenError('it answers 503', { again: 'Later' });
    const one = courier();
    expect(await one.look(REF, signal)).toEqual({ kind: 'requeueAfter', ms: 1_000 });
    expect(await one.look(REF, signal)).toEqual({ kind: 'requeueAfter', ms: 1_000 });
    expect(await counted()).toEqual({ failed: 1 });
    at += 1_000;
    problem = undefined;
    await one.look(REF, signal);
    expect([sent, await counted()]).toEqual([['Requested'], { failed: 1, sent: 1 }]);
    expect(events).toEqual([
      'NotificationDelayed: Channel slack has not taken it yet: it answers 503. It is tried again until this request is over.',
    ]);
  });

  test('is asked again when it said', async () => {
    problem = new NotTakenError('it answers 429', { again: 'Later', afterMs: 30_000 });
    expect(await courier().look(REF, signal)).toEqual({ kind: 'requeueAfter', ms: 30_000 });
  });

  test('until the request is over has missed it, which is said, and hears nothing of its end', async () => {
    problem = new NotTakenError('it answers 503', { again: 'Later' });
    const one = courier();
    await one.look(REF, signal);
    at = EXPIRES + 1_000;
    problem = undefined;
    kept.set({ state: 'Expired' });
    expect(await one.look(REF, signal)).toEqual({ kind: 'done' });
    await one.look(REF, signal);
    expect([sent, await counted()]).toEqual([[], { failed: 1, missed: 1 }]);
    expect(events.map((event) => event.split(':')[0])).toEqual(['NotificationDelayed', 'NotificationMissed']);
  });

  test('since the message is wrong is told no more of this request', async () => {
    problem = new NotTakenError('it answers 413', { again: 'Never' });
    const one = courier();
    await one.look(REF, signal);
    problem = undefined;
    kept.set({ state: 'Denied' });
    await one.look(REF, signal);
    expect([sent, await counted(), kept.request?.status?.notified?.['slack']]).toEqual([
      [],
      { refused: 1 },
      { problem: 'it answers 413' },
    ]);
  });

  test('for a reason that nobody foresaw is an error, and decides nothing', async () => {
    problem = new TypeError('a bug');
    await expect(courier().look(REF, signal)).rejects.toThrow('a bug');
    expect(kept.request?.status?.state).toBe('Pending');
  });
});

test('what is for other channels is none of its business', async () => {
  kept.request = requestOf({ spec: { notify: ['mail'] } });
  await courier().look(REF, signal);
  expect([sent, kept.writes]).toEqual([[], 0]);
  kept.request = requestOf({ spec: { notify: ['slak'] } });
  registry.clear();
  await courier().look(REF, signal);
  expect(sent).toEqual(['Requested']);
});

test('a request that is gone, or another of its name, is not told', async () => {
  const one = courier();
  kept.request = undefined;
  expect(await one.look(REF, signal)).toEqual({ kind: 'done' });
  const old = requestOf();
  kept.get = () => old;
  kept.request = { ...requestOf(), metadata: { ...requestOf().metadata, uid: 'another' } };
  expect(await one.look(REF, signal)).toEqual({ kind: 'done' });
  expect(sent).toEqual([]);
});

test('many at once are spread over time', async () => {
  const one = courier();
  const outcomes: string[] = [];
  for (let number = 0; number < 12; number++) {
    kept.request = { ...requestOf(), metadata: { ...requestOf().metadata, uid: String(number) } };
    const outcome = await one.look(REF, signal);
    outcomes.push(outcome.kind === 'requeueAfter' ? String(outcome.ms) : outcome.kind);
  }
  expect(sent).toHaveLength(10);
  expect(outcomes.slice(-2)).toEqual(['1000', '1000']);
});

test('what is forgotten takes no room, and would be told again', async () => {
  kept.keeps = false;
  const one = courier();
  await one.look(REF, signal);
  one.forget(requestOf().metadata.uid ?? '');
  await one.look(REF, signal);
  expect(sent).toEqual(['Requested', 'Requested']);
});
