/** Prometheus metrics of one gate. Children are bound once per label set: looking labels up costs more than counting. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Effect } from '../../core/policy/effect.ts';
import { MODES } from '../../core/api/modes.ts';
import { ARGUMENT_TYPES } from '../../core/api/rules/arguments/types.ts';
import { REFUSAL_REASONS } from '../../core/mcp/refusals.ts';
import type { SpanReference } from '../../core/telemetry/telemetry.ts';
import { BoundedLabels } from './bounded-labels.ts';
import { HistoryMetrics } from './history-metrics.ts';
import { Histogram } from './histogram.ts';
import type { Outcome } from './outcome.ts';
import { SelfMetrics } from './self-metrics.ts';

/** Tools that get a label value of their own; names come from outside, and every value is memory for ever. */
const MAX_TOOLS = 200;
const SECONDS_OWN = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25];
const SECONDS_UPSTREAM = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

interface Decided {
  readonly tool: string;
  readonly effect: Effect;
  readonly outcome: Outcome;
  count: number;
}

/** Of those that look at arguments; another begins to exist when it finds something. */
const DETECTORS = [...Object.keys(ARGUMENT_TYPES), 'constraint', 'schema', 'limits', 'when', 'credential'];

/** What is there, of how much there may be. */
export interface Occupancy {
  readonly bytes: number;
  readonly maxBytes: number;
  readonly waiting: number;
  readonly calls: number;
  readonly maxCalls: number;
}

export class Metrics {
  readonly registry = new Registry();
  #server = '';
  readonly #tools = new BoundedLabels(MAX_TOOLS);
  /** Decisions since somebody last looked: prom-client makes a key of the labels each time it counts. */
  readonly #decided = new Map<string, Decided>();
  readonly #decisions = new Counter({
    name: 'sallyport_decisions_total',
    help: 'Decisions by server, tool (or resource, prompt), effect and how the call ended.',
    labelNames: ['server', 'tool', 'effect', 'outcome'],
    registers: [this.registry],
    collect: () => this.#flush(),
  });
  readonly #refusals = new Counter({
    name: 'sallyport_refusals_total',
    help: 'Refused messages by reason.',
    labelNames: ['server', 'reason'],
    registers: [this.registry],
  });
  readonly #findings = new Counter({
    name: 'sallyport_findings_total',
    help: 'What detectors found in calls, by detector and mode of the rule that asked.',
    labelNames: ['server', 'detector', 'mode'],
    registers: [this.registry],
  });
  readonly #own = new Histogram(this.registry, {
    name: 'sallyport_overhead_seconds',
    help: 'Time a call spent in the gate itself, without the server and without waiting for a person.',
    buckets: SECONDS_OWN,
  });
  readonly #upstream = new Histogram(this.registry, {
    name: 'sallyport_upstream_seconds',
    help: 'Time until the MCP server began its answer.',
    buckets: SECONDS_UPSTREAM,
  });
  readonly #held = new Gauge({
    name: 'sallyport_held_calls',
    help: 'Calls that wait for approval now.',
    labelNames: ['server'],
    registers: [this.registry],
  });
  readonly #openStreams = new Gauge({
    name: 'sallyport_open_streams',
    help: 'Streams that are open until somebody ends them: GET, and subscriptions/listen.',
    labelNames: ['server'],
    registers: [this.registry],
  });
  readonly #upstreamErrors = new Counter({
    name: 'sallyport_upstream_errors_total',
    help: 'Calls that the MCP server did not answer properly, by reason.',
    labelNames: ['server', 'reason'],
    registers: [this.registry],
  });
  readonly #stray = new Counter({
    name: 'sallyport_stray_messages_total',
    help: 'Lines and events of the MCP server that no client takes for a message (a log line, a status); they were skipped.',
    labelNames: ['server'],
    registers: [this.registry],
  });
  readonly #policy = new Gauge({
    name: 'sallyport_policy_info',
    help: 'The policy revision in force; the value is always 1.',
    labelNames: ['server', 'revision'],
    registers: [this.registry],
  });
  readonly #policyErrors = new Counter({
    name: 'sallyport_policy_rejected_total',
    help: 'Policy changes that were not valid and so not taken.',
    labelNames: ['server'],
    registers: [this.registry],
  });
  readonly #reportTaken = new Gauge({
    name: 'sallyport_operator_report_taken',
    help: 'Whether the operator took the newest report of this gate (1), or is being asked again (0).',
    labelNames: ['server'],
    registers: [this.registry],
  });
  readonly #pinsShared = new Gauge({
    name: 'sallyport_pins_shared',
    help: 'Whether the operator answers about pins of definitions (1), or this gate goes by those that it knows (0).',
    labelNames: ['server'],
    registers: [this.registry],
  });
  readonly #untold = new Counter({
    ...{ name: 'sallyport_definitions_untold_total', labelNames: ['server'], registers: [this.registry] },
    help: 'Definitions that the operator could not be told of, for there is no room for them.',
  });
  readonly #heldBytes = new Gauge({
    name: 'sallyport_held_bytes',
    help: 'Bytes that are held for clients and the server now: bodies, calls that wait, answers.',
    labelNames: ['server'],
    registers: [this.registry],
    collect: () => this.#look(),
  });
  readonly #heldBytesMax = new Gauge({
    name: 'sallyport_held_bytes_max',
    help: 'Bytes that may be held for clients and the server; beyond it, what is new waits.',
    labelNames: ['server'],
    registers: [this.registry],
  });
  readonly #waitingForRoom = new Gauge({
    name: 'sallyport_waiting_for_room',
    help: 'Bodies and answers that wait until there is room for them.',
    labelNames: ['server'],
    registers: [this.registry],
  });
  readonly #callsInFlight = new Gauge({
    name: 'sallyport_calls_in_flight',
    help: 'Calls that are served now, streams not counted.',
    labelNames: ['server'],
    registers: [this.registry],
  });
  readonly #callsInFlightMax = new Gauge({
    name: 'sallyport_calls_in_flight_max',
    help: 'Calls that may be served at once; beyond it, new ones are refused.',
    labelNames: ['server'],
    registers: [this.registry],
  });
  readonly self = new SelfMetrics(this.registry, () => this.#server);
  readonly history = new HistoryMetrics(this.registry, () => this.#server, this.#tools);
  #occupancy: (() => Occupancy) | undefined = undefined;
  #heldBound = this.#held.labels({ server: '' });
  #heldNow = 0;
  #openStreamsBound = this.#openStreams.labels({ server: '' });
  #openStreamsNow = 0;

  constructor(server: string) {
    this.serve(server);
  }

  /** Whose gate it is, as the label says it. */
  get server(): string {
    return this.#server;
  }

  /** From now on for a server of this name: a gate may start before it knows. What was counted stays under the name of then. */
  serve(server: string): void {
    if (server === this.#server) return;
    for (const gauge of [this.#held, this.#openStreams, this.#reportTaken, this.#pinsShared, ...this.#looked])
      gauge.remove({ server: this.#server });
    this.#flush();
    this.#server = server;
    this.#own.serve(server);
    this.#upstream.serve(server);
    this.self.serve(server);
    this.#heldBound = this.#held.labels({ server });
    this.#heldBound.set(this.#heldNow);
    this.#openStreamsBound = this.#openStreams.labels({ server });
    this.#openStreamsBound.set(this.#openStreamsNow);
    for (const reason of REFUSAL_REASONS) this.#refusals.labels({ server, reason }).inc(0);
    for (const reason of ['upstream-unreachable', 'upstream-broken', 'upstream-invalid', 'upstream-refused']) {
      this.#upstreamErrors.labels({ server, reason }).inc(0);
    }
    for (const detector of DETECTORS) {
      for (const mode of MODES) this.#findings.labels({ server, detector, mode }).inc(0);
    }
    this.#policyErrors.labels({ server }).inc(0);
    this.#stray.labels({ server }).inc(0);
    this.#untold.labels({ server }).inc(0);
  }

  /** `tool` is empty where no rule knows the name; `ownSeconds` is undefined for what took no time of a call's own. */
  decision(tool: string, effect: Effect, outcome: Outcome, ownSeconds: number | undefined, span?: SpanReference): void {
    const label = this.#tools.of(tool);
    const key = `${effect} ${outcome} ${label}`;
    const decided = this.#decided.get(key);
    if (decided === undefined) this.#decided.set(key, { tool: label, effect, outcome, count: 1 });
    else decided.count++;
    if (ownSeconds !== undefined) this.#own.observe(ownSeconds, span);
  }

  refusal(reason: string): void {
    this.#refusals.labels({ server: this.#server, reason }).inc();
  }

  /** `detector` is a name from our own code, of which there are few. */
  finding(detector: string, mode: (typeof MODES)[number]): void {
    this.#findings.labels({ server: this.#server, detector, mode }).inc();
  }

  upstreamSeconds(seconds: number, span?: SpanReference): void {
    this.#upstream.observe(seconds, span);
  }

  upstreamError(reason: string): void {
    this.#upstreamErrors.labels({ server: this.#server, reason }).inc();
  }

  strayMessage(): void {
    this.#stray.labels({ server: this.#server }).inc();
  }

  openStreams(change: 1 | -1): void {
    this.#openStreamsNow += change;
    this.#openStreamsBound.inc(change);
  }

  heldCalls(change: 1 | -1): void {
    this.#heldNow += change;
    this.#heldBound.inc(change);
  }

  /** `occupancy` is asked whenever somebody looks: counting each change of it would cost every call. */
  watch(occupancy: () => Occupancy): void {
    this.#occupancy = occupancy;
  }

  get #looked(): Gauge[] {
    return [
      this.#heldBytes,
      this.#heldBytesMax,
      this.#waitingForRoom,
      this.#callsInFlight,
      this.#callsInFlightMax,
    ] as Gauge[];
  }

  #look(): void {
    if (this.#occupancy === undefined) return;
    const { bytes, maxBytes, waiting, calls, maxCalls } = this.#occupancy();
    for (const [i, value] of [bytes, maxBytes, waiting, calls, maxCalls].entries()) {
      this.#looked[i]?.set({ server: this.#server }, value);
    }
  }

  policyRevision(revision: string): void {
    this.#policy.reset();
    this.#policy.labels({ server: this.#server, revision }).set(1);
  }

  policyRejected(): void {
    this.#policyErrors.labels({ server: this.#server }).inc();
  }

  reportTaken(taken: boolean): void {
    this.#reportTaken.labels({ server: this.#server }).set(taken ? 1 : 0);
  }

  pinsShared(shared: boolean): void {
    this.#pinsShared.labels({ server: this.#server }).set(shared ? 1 : 0);
  }

  untoldDefinitions(count: number): void {
    this.#untold.labels({ server: this.#server }).inc(count);
  }

  #flush(): void {
    for (const { tool, effect, outcome, count } of this.#decided.values()) {
      this.#decisions.inc({ server: this.#server, tool, effect, outcome }, count);
    }
    this.#decided.clear();
  }
}
