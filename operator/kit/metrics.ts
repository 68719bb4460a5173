/**
 * The metrics of a controller under the names that controller-runtime and client-go gave them, so that dashboards and alerts
 * written for those work here. Every series exists from the start, at 0: a rate over a series that appears late misses its first step.
 */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const RESULTS = ['success', 'error', 'requeue', 'requeue_after'] as const;
export type ReconcileResult = (typeof RESULTS)[number];

const RECONCILE_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2,
  2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];
const QUEUE_SECONDS = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000];

/** What a controller counts; the labels are bound. */
export interface ReconcileMetrics {
  begun(): void;
  ended(result: ReconcileResult, seconds: number, terminal: boolean): void;
}

/** What a queue counts. */
export interface QueueMetrics {
  depth(waiting: number): void;
  added(): void;
  retried(): void;
  waited(seconds: number): void;
  worked(seconds: number): void;
  /** Asked when somebody collects: seconds that each key has been worked on so far. */
  watch(unfinished: () => readonly number[]): void;
}

export class ControllerMetrics {
  readonly registry: Registry;
  readonly #unfinished = new Map<string, () => readonly number[]>();
  readonly #reconciles;
  readonly #errors;
  readonly #terminalErrors;
  readonly #seconds;
  readonly #maxWorkers;
  readonly #activeWorkers;
  readonly #depth;
  readonly #adds;
  readonly #queueSeconds;
  readonly #workSeconds;
  readonly #retries;
  readonly #requests;
  readonly #leader;

  constructor(registry: Registry) {
    this.registry = registry;
    const registers = [registry];
    const byController = { labelNames: ['controller'], registers };
    const byName = { labelNames: ['name', 'controller'], registers };
    this.#reconciles = new Counter({
      name: 'controller_runtime_reconcile_total',
      help: 'Reconciliations by controller and result.',
      labelNames: ['controller', 'result'],
      registers,
    });
    this.#errors = new Counter({
      name: 'controller_runtime_reconcile_errors_total',
      help: 'Reconciliations that failed, by controller.',
      ...byController,
    });
    this.#terminalErrors = new Counter({
      name: 'controller_runtime_terminal_reconcile_errors_total',
      help: 'Reconciliations that failed and are not tried again until the object changes, by controller.',
      ...byController,
    });
    this.#seconds = new Histogram({
      name: 'controller_runtime_reconcile_time_seconds',
      help: 'Duration of a reconciliation, by controller.',
      buckets: RECONCILE_SECONDS,
      ...byController,
    });
    this.#maxWorkers = new Gauge({
      name: 'controller_runtime_max_concurrent_reconciles',
      help: 'Workers of a controller.',
      ...byController,
    });
    this.#activeWorkers = new Gauge({
      name: 'controller_runtime_active_workers',
      help: 'Workers of a controller that are at work.',
      ...byController,
    });
    this.#depth = new Gauge({ name: 'workqueue_depth', help: 'Keys that wait in the queue.', ...byName });
    this.#adds = new Counter({ name: 'workqueue_adds_total', help: 'Keys added to the queue.', ...byName });
    this.#queueSeconds = new Histogram({
      name: 'workqueue_queue_duration_seconds',
      help: 'How long a key waited in the queue.',
      buckets: QUEUE_SECONDS,
      ...byName,
    });
    this.#workSeconds = new Histogram({
      name: 'workqueue_work_duration_seconds',
      help: 'How long a key was worked on.',
      buckets: QUEUE_SECONDS,
      ...byName,
    });
    this.#retries = new Counter({ name: 'workqueue_retries_total', help: 'Retries of keys that failed.', ...byName });
    this.#requests = new Counter({
      name: 'rest_client_requests_total',
      help: 'Requests to the API server by method and status code; <error> when no answer came.',
      labelNames: ['code', 'method'],
      registers,
    });
    this.#leader = new Gauge({
      name: 'leader_election_master_status',
      help: '1 while this process is the leader.',
      labelNames: ['name'],
      registers,
    });
    this.#gaugeOfUnfinished(
      'workqueue_unfinished_work_seconds',
      'Seconds of work in progress that no other metric counts yet; growing without end means a stuck worker.',
      (seconds) => seconds.reduce((sum, value) => sum + value, 0),
    );
    this.#gaugeOfUnfinished(
      'workqueue_longest_running_processor_seconds',
      'Seconds that the longest running worker has been at its key.',
      (seconds) => Math.max(0, ...seconds),
    );
  }

  controller(controller: string, workers: number): ReconcileMetrics {
    for (const result of RESULTS) this.#reconciles.inc({ controller, result }, 0);
    this.#maxWorkers.set({ controller }, workers);
    const errors = this.#errors.labels({ controller });
    const terminalErrors = this.#terminalErrors.labels({ controller });
    const active = this.#activeWorkers.labels({ controller });
    this.#seconds.zero({ controller });
    const seconds = this.#seconds.labels({ controller });
    errors.inc(0);
    terminalErrors.inc(0);
    active.set(0);
    return {
      begun: () => active.inc(),
      ended: (result, duration, terminal) => {
        active.dec();
        seconds.observe(duration);
        this.#reconciles.inc({ controller, result });
        if (result === 'error') errors.inc();
        if (terminal) terminalErrors.inc();
      },
    };
  }

  queue(name: string): QueueMetrics {
    const labels = { name, controller: name };
    const depth = this.#depth.labels(labels);
    const adds = this.#adds.labels(labels);
    const retries = this.#retries.labels(labels);
    depth.set(0);
    adds.inc(0);
    retries.inc(0);
    this.#queueSeconds.zero(labels);
    this.#workSeconds.zero(labels);
    const queueSeconds = this.#queueSeconds.labels(labels);
    const workSeconds = this.#workSeconds.labels(labels);
    return {
      depth: (waiting) => depth.set(waiting),
      added: () => adds.inc(),
      retried: () => retries.inc(),
      waited: (seconds) => queueSeconds.observe(seconds),
      worked: (seconds) => workSeconds.observe(seconds),
      watch: (unfinished) => void this.#unfinished.set(name, unfinished),
    };
  }

  request(method: string, code: string): void {
    this.#requests.inc({ method, code });
  }

  leader(name: string, isLeader: boolean): void {
    this.#leader.set({ name }, isLeader ? 1 : 0);
  }

  #gaugeOfUnfinished(name: string, help: string, fold: (seconds: readonly number[]) => number): void {
    const unfinished = this.#unfinished;
    void new Gauge({
      name,
      help,
      labelNames: ['name', 'controller'],
      registers: [this.registry],
      collect() {
        for (const [queue, seconds] of unfinished) this.set({ name: queue, controller: queue }, fold(seconds()));
      },
    });
  }
}
