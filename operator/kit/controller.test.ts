import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { ApiError } from './api-error.ts';
import { Controller, type Outcome, type Reconcile } from './controller.ts';
import { ControllerMetrics } from './metrics.ts';
import { RESOURCES } from './kubernetes-resources.ts';
import { FakeClock, settle } from './testing/fake-clock.ts';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly reconcileID?: string;
  readonly [field: string]: unknown;
}

interface Bench {
  readonly controller: Controller;
  readonly clock: FakeClock;
  readonly lines: Line[];
  readonly registry: Registry;
  readonly stop: () => Promise<void>;
}

function start(reconcile: Reconcile, workers = 1): Bench {
  const lines: Line[] = [];
  const log: Logger = pino({ level: 'debug' }, { write: (text) => void lines.push(JSON.parse(text) as Line) });
  const clock = new FakeClock();
  const registry = new Registry();
  let ids = 0;
  const controller = new Controller({
    name: 'widget',
    workers,
    reconcile,
    log,
    clock,
    metrics: new ControllerMetrics(registry),
    newId: () => `id-${(ids += 1)}`,
  });
  const abort = new AbortController();
  const ended = controller.start(abort.signal);
  return {
    controller,
    clock,
    lines,
    registry,
    stop: () => {
      abort.abort();
      return ended;
    },
  };
}

async function total(
  registry: Registry,
  metric: string,
  labels: Record<string, string> = {},
): Promise<number | undefined> {
  const { values } = (await registry.getSingleMetric(metric)?.get()) ?? { values: [] };
  return values.find((value) => Object.entries(labels).every(([name, expected]) => value.labels[name] === expected))
    ?.value;
}

const ref = { namespace: 'shop', name: 'github' };

describe('Controller', () => {
  const conflict = new ApiError({ verb: 'update', resource: RESOURCES.Pod, ref }, 409, { message: 'changed' });
  const table: {
    name: string;
    outcome: Outcome | Error;
    /** Milliseconds until it comes again; undefined for never. */
    again: number | undefined;
    result: string;
    level: number;
    terminal?: number;
  }[] = [
    {
      name: 'leaves a key alone that is done',
      outcome: { kind: 'done' },
      again: undefined,
      result: 'success',
      level: 20,
    },
    {
      name: 'comes again when it was asked to',
      outcome: { kind: 'requeueAfter', ms: 60_000 },
      again: 60_000,
      result: 'requeue_after',
      level: 20,
    },
    {
      name: 'tries again soon after a failure',
      outcome: { kind: 'failed', error: new Error('no') },
      again: 5,
      result: 'error',
      level: 50,
    },
    { name: 'takes an exception for a failure', outcome: new Error('thrown'), again: 5, result: 'error', level: 50 },
    { name: 'makes no noise about a conflict', outcome: conflict, again: 5, result: 'error', level: 20 },
    {
      name: 'gives a key up that trying again cannot help',
      outcome: { kind: 'terminal', error: new Error('never') },
      again: undefined,
      result: 'error',
      level: 50,
      terminal: 1,
    },
  ];
  it.each(table)('$name', async ({ outcome, again, result, level, terminal = 0 }) => {
    const outcomes = [outcome, { kind: 'done' } as const];
    let calls = 0;
    const bench = start(async () => {
      const next = outcomes[(calls += 1) - 1];
      if (next instanceof Error) throw next;
      return next as Outcome;
    });
    bench.controller.enqueue(ref);
    await settle();
    expect(calls).toBe(1);
    expect(await total(bench.registry, 'controller_runtime_reconcile_total', { result })).toBe(1);
    expect(await total(bench.registry, 'controller_runtime_terminal_reconcile_errors_total')).toBe(terminal);
    expect(await total(bench.registry, 'controller_runtime_active_workers')).toBe(0);
    expect(bench.lines).toEqual([
      expect.objectContaining({
        level,
        controller: 'widget',
        namespace: 'shop',
        name: 'github',
        reconcileID: 'id-1',
      }),
    ]);
    await bench.clock.advance((again ?? 3_600_000) - 1);
    expect(calls).toBe(1);
    await bench.clock.advance(1);
    expect(calls).toBe(again === undefined ? 1 : 2);
    await bench.stop();
    expect(bench.clock.pending).toBe(0);
  });

  it('forgets the failures of a key that is well again', async () => {
    const outcomes: Outcome[] = [
      { kind: 'failed', error: 1 },
      { kind: 'failed', error: 2 },
      { kind: 'done' },
      { kind: 'failed', error: 3 },
      { kind: 'done' },
    ];
    const bench = start(async () => outcomes.shift() as Outcome);
    bench.controller.enqueue(ref);
    await bench.clock.advance(5 + 10);
    expect(outcomes).toHaveLength(2);
    bench.controller.enqueue(ref);
    await bench.clock.advance(5);
    expect(outcomes).toHaveLength(0);
    await bench.stop();
  });

  it('gives the same key to one worker at a time and other keys to the others', async () => {
    const gates = new Map<string, () => void>();
    const begun: string[] = [];
    const bench = start(async ({ name }) => {
      begun.push(name);
      await new Promise<void>((resolve) => gates.set(name, resolve));
      return { kind: 'done' };
    }, 2);
    bench.controller.enqueue({ name: 'a' });
    await settle();
    bench.controller.enqueue({ name: 'a' });
    bench.controller.enqueue({ name: 'b' });
    await settle();
    expect(begun).toEqual(['a', 'b']);
    expect(await total(bench.registry, 'controller_runtime_active_workers')).toBe(2);
    await bench.clock.advance(3_000);
    expect(await total(bench.registry, 'workqueue_longest_running_processor_seconds')).toBe(3);
    expect(await total(bench.registry, 'workqueue_unfinished_work_seconds')).toBe(6);
    gates.get('a')?.();
    await settle();
    expect(begun).toEqual(['a', 'b', 'a']);
    for (const open of gates.values()) open();
    await bench.stop();
  });

  it('ends what it began before it stops, and takes nothing new', async () => {
    const gate = Promise.withResolvers<void>();
    let ended = 0;
    const bench = start(async () => {
      await gate.promise;
      ended += 1;
      return { kind: 'requeueAfter', ms: 1 };
    });
    bench.controller.enqueue(ref);
    await settle();
    const stopped = bench.stop();
    bench.controller.enqueue({ name: 'late' });
    gate.resolve();
    await stopped;
    await bench.clock.advance(1_000);
    expect(ended).toBe(1);
  });

  it('keeps what is enqueued before the start', async () => {
    const seen: string[] = [];
    const bench = start(async ({ name }) => {
      seen.push(name);
      return { kind: 'done' };
    });
    bench.controller.enqueue({ name: 'early' });
    await settle();
    expect(seen).toEqual(['early']);
    await bench.stop();
  });
});

describe('ControllerMetrics', () => {
  it('has every series from the start at 0, under the names of controller-runtime', async () => {
    const bench = start(async () => ({ kind: 'done' }), 3);
    const text = await bench.registry.metrics();
    for (const result of ['success', 'error', 'requeue', 'requeue_after']) {
      expect(text).toContain(`controller_runtime_reconcile_total{controller="widget",result="${result}"} 0`);
    }
    for (const line of [
      'controller_runtime_reconcile_errors_total{controller="widget"} 0',
      'controller_runtime_terminal_reconcile_errors_total{controller="widget"} 0',
      'controller_runtime_reconcile_time_seconds_count{controller="widget"} 0',
      'controller_runtime_max_concurrent_reconciles{controller="widget"} 3',
      'controller_runtime_active_workers{controller="widget"} 0',
      'workqueue_depth{name="widget",controller="widget"} 0',
      'workqueue_adds_total{name="widget",controller="widget"} 0',
      'workqueue_queue_duration_seconds_count{name="widget",controller="widget"} 0',
      'workqueue_work_duration_seconds_count{name="widget",controller="widget"} 0',
      'workqueue_unfinished_work_seconds{name="widget",controller="widget"} 0',
      'workqueue_longest_running_processor_seconds{name="widget",controller="widget"} 0',
      'workqueue_retries_total{name="widget",controller="widget"} 0',
    ]) {
      expect(text).toContain(line);
    }
    await bench.stop();
  });
});
