/** How the gate itself is: its process, its audit log, and whether it still asks the server. Looked at when somebody collects. */
import { readdir, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Signal } from '../../core/telemetry/otlp-settings.ts';
import { version } from '../../core/version.ts';
import { CacheMetrics } from './cache-metrics.ts';
import { Histogram } from './histogram.ts';

const AUDIT_STATES = ['ok', 'behind', 'failed'] as const;
/** From a look at the screen to a working day. */
const SECONDS_HELD = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 14_400, 28_800];
const AUDIT_FILE = /^audit[.-].*jsonl/;

export interface SelfState {
  readonly audit: (typeof AUDIT_STATES)[number];
  /** Bytes of records that are not in the file yet; undefined where nobody counts them. */
  readonly auditQueuedBytes: number | undefined;
  /** Whether calls fail at once because the server could not be reached lately; undefined for a server that is no address. */
  readonly upstreamAvoided: boolean | undefined;
  /** Of JSON Web Tokens; times in milliseconds since the epoch. */
  readonly issuers: readonly {
    readonly issuer: string;
    readonly readAt: number | undefined;
    readonly failedAt: number | undefined;
  }[];
}

type Labelled = readonly [labels: Record<string, string>, value: number];

interface Folder {
  readonly path: string;
  readonly maxBytes: number;
}

/** `server` is whose gate it is: a gate may start before it knows. */
export class SelfMetrics {
  readonly #server: () => string;
  readonly cache: CacheMetrics;
  readonly #held: Histogram;
  readonly #otlpDropped: Counter;
  readonly #linesDropped: Counter;
  #look: (() => SelfState) | undefined;
  #folder: Folder | undefined;

  constructor(registry: Registry, server: () => string) {
    this.#server = server;
    this.cache = new CacheMetrics(registry, server);
    this.#held = new Histogram(registry, {
      name: 'sallyport_held_seconds',
      help: 'How long a call was held for a person: until it was decided, was told to call again, or its client left.',
      buckets: SECONDS_HELD,
    });
    this.#otlpDropped = new Counter({
      name: 'sallyport_otlp_dropped_total',
      help: 'Spans, log records and series of metrics that the OpenTelemetry Collector did not get, by signal.',
      labelNames: ['server', 'signal'],
      registers: [registry],
    });
    this.#linesDropped = new Counter({
      name: 'sallyport_audit_stdout_dropped_total',
      help: 'Audit lines that were not written to standard output, because nobody read it; the audit file has them.',
      labelNames: ['server'],
      registers: [registry],
    });
    this.#registerAudit(registry);
    this.#registerProcess(registry);
  }

  serve(server: string): void {
    this.#held.serve(server);
  }

  held(seconds: number): void {
    this.#held.observe(seconds);
  }

  /** With 0 the series begins to exist. */
  linesDropped(count: number): void {
    this.#linesDropped.inc({ server: this.#server() }, count);
  }

  /** With 0 a series begins to exist. */
  otlpDropped(signal: Signal, count: number): void {
    this.#otlpDropped.inc({ server: this.#server(), signal }, count);
  }

  watch(look: () => SelfState): void {
    this.#look = look;
  }

  /** The folder with the audit files, and how many bytes all of them together may have. */
  watchFiles(path: string, maxBytes: number): void {
    this.#folder = { path, maxBytes };
  }

  #registerAudit(registry: Registry): void {
    const register = (
      name: string,
      help: string,
      labelNames: string[],
      find: () => readonly Labelled[] | Promise<readonly Labelled[]>,
    ): void => {
      const gauge: Gauge = new Gauge({
        name,
        help,
        labelNames,
        registers: [registry],
        collect: async () => {
          // Everything is known before what was said last is taken back: two may collect at a time.
          const found = await find();
          gauge.reset();
          for (const [labels, value] of found) gauge.set(labels, value);
        },
      });
    };
    register(
      'sallyport_audit_state',
      'State of the audit log: 1 for the one it is in, 0 for the others. Calls are refused in all but ok.',
      ['server', 'state'],
      () => {
        const audit = this.#look?.().audit;
        if (audit === undefined) return [];
        return AUDIT_STATES.map((state) => [{ server: this.#server(), state }, state === audit ? 1 : 0] as const);
      },
    );
    const ofIssuers = (name: string, help: string, time: 'readAt' | 'failedAt'): void =>
      register(name, help, ['server', 'issuer'], () =>
        (this.#look?.().issuers ?? []).map((state) => {
          const labels = { server: this.#server(), issuer: state.issuer };
          return [labels, (state[time] ?? 0) / 1000] as const;
        }),
      );
    ofIssuers(
      'sallyport_issuer_keys_read_timestamp_seconds',
      'When the keys of an issuer of JSON Web Tokens were read last, in seconds since the epoch; 0 before they were.',
      'readAt',
    );
    ofIssuers(
      'sallyport_issuer_last_failure_timestamp_seconds',
      'When the keys of an issuer could not be read for the last time, in seconds since the epoch; 0 if they always could.',
      'failedAt',
    );
    const value = (name: string, help: string, find: () => number | undefined | Promise<number | undefined>): void =>
      register(name, help, ['server'], async () => {
        const found = await find();
        return found === undefined ? [] : [[{ server: this.#server() }, found]];
      });
    value(
      'sallyport_audit_queued_bytes',
      'Bytes of records that are not in the audit file yet.',
      () => this.#look?.().auditQueuedBytes,
    );
    value('sallyport_audit_file_bytes', 'Bytes of all audit files together.', () =>
      this.#folder === undefined ? undefined : bytesIn(this.#folder.path),
    );
    value(
      'sallyport_audit_file_bytes_max',
      'Bytes that all audit files together may have; beyond it the oldest are deleted, on record.',
      () => this.#folder?.maxBytes,
    );
    value(
      'sallyport_upstream_breaker_open',
      '1 while calls fail at once because the server could not be reached lately, 0 while they are sent.',
      () => {
        const avoided = this.#look?.().upstreamAvoided;
        return avoided === undefined ? undefined : Number(avoided);
      },
    );
    value(
      'sallyport_memory_limit_bytes',
      'Memory that the process may have; absent where there is no limit.',
      memoryLimit,
    );
  }

  /** The names that Prometheus' own client libraries agree on, for the few that say something here. */
  #registerProcess(registry: Registry): void {
    const registers = [registry];
    const build = { name: 'sallyport_build_info', help: 'The version of the gate; the value is always 1.' };
    new Gauge({ ...build, labelNames: ['version'], registers }).set({ version }, 1);
    const resident: Gauge = new Gauge({
      name: 'process_resident_memory_bytes',
      help: 'Resident memory of the process in bytes.',
      registers,
      collect: () => resident.set(process.memoryUsage.rss()),
    });
    const started = Date.now() / 1000 - process.uptime();
    const start = { name: 'process_start_time_seconds', help: 'Start of the process, in seconds since the epoch.' };
    new Gauge({ ...start, registers }).set(started);
    const cpu: Counter = new Counter({
      name: 'process_cpu_seconds_total',
      help: 'CPU time of the process, of user and system, in seconds.',
      registers,
      collect: () => {
        const { user, system } = process.cpuUsage();
        cpu.reset();
        cpu.inc((user + system) / 1e6);
      },
    });
  }
}

/** Undefined where the limit is none: Node then tells a number beyond what the machine has. */
function memoryLimit(): number | undefined {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : undefined;
}

/** A file that is gone by the time it is looked at has no bytes; a folder that cannot be read says nothing. */
async function bytesIn(folder: string): Promise<number | undefined> {
  try {
    const names = (await readdir(folder)).filter((name) => AUDIT_FILE.test(name) && !name.endsWith('.lock'));
    const sizes = await Promise.all(
      names.map((name) =>
        stat(join(folder, name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return undefined;
  }
}
