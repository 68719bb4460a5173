/** A real OpenTelemetry Collector, built from the Go module proxy on first use; what it took is read from its file. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached } from '../cluster/support/cache.ts';
import { run } from '../cluster/support/command.ts';
import { go } from '../cluster/tools.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/ports.ts';

const SOURCE = join(import.meta.dirname, 'collector');
const BUILD_LIMIT_MS = 15 * 60_000;

/** OTLP in JSON, as far as tests look at it. */
export interface KeyValue {
  readonly key: string;
  readonly value: {
    readonly stringValue?: string;
    readonly intValue?: string;
    readonly doubleValue?: number;
    readonly boolValue?: boolean;
    readonly arrayValue?: { readonly values?: readonly KeyValue['value'][] };
  };
}

export interface TakenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: readonly KeyValue[];
  readonly status?: { readonly code?: number; readonly message?: string };
}

export interface TakenLog {
  readonly timeUnixNano: string;
  readonly severityText: string;
  readonly eventName?: string;
  readonly body: { readonly stringValue?: string };
  readonly attributes?: readonly KeyValue[];
  readonly traceId?: string;
  readonly spanId?: string;
}

interface Point {
  readonly attributes?: readonly KeyValue[];
  readonly asDouble?: number;
  readonly count?: string;
  readonly sum?: number;
  readonly explicitBounds?: readonly number[];
  readonly bucketCounts?: readonly string[];
}

export interface TakenMetric {
  readonly name: string;
  readonly unit?: string;
  readonly description?: string;
  readonly sum?: {
    readonly dataPoints: readonly Point[];
    readonly isMonotonic?: boolean;
    readonly aggregationTemporality: number;
  };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[]; readonly aggregationTemporality: number };
}

interface Scope {
  readonly spans?: readonly TakenSpan[];
  readonly logRecords?: readonly TakenLog[];
  readonly metrics?: readonly TakenMetric[];
}

interface Taken {
  readonly resource: { readonly attributes?: readonly KeyValue[] };
  readonly scopeSpans?: readonly Scope[];
  readonly scopeLogs?: readonly Scope[];
  readonly scopeMetrics?: readonly Scope[];
}

export interface Collector {
  readonly http: string;
  readonly grpc: string;
  spans(): readonly TakenSpan[];
  logs(): readonly TakenLog[];
  /** Of the last export. */
  metrics(): readonly TakenMetric[];
  /** Attributes of the resources, without duplicates. */
  resources(): readonly Readonly<Record<string, unknown>>[];
  close(): Promise<void>;
}

export interface CollectorOptions {
  /** Those of one that was here before. */
  readonly ports?: { readonly http: number; readonly grpc: number };
  /** Default: loopback. */
  readonly host?: string;
}

export async function startCollector({ ports, host = '127.0.0.1' }: CollectorOptions = {}): Promise<Collector> {
  const program = await collectorProgram();
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-collector-'));
  const [http, grpc] = ports === undefined ? [await freePort(), await freePort()] : [ports.http, ports.grpc];
  const file = join(folder, 'taken.jsonl');
  writeFileSync(join(folder, 'config.yaml'), configOf(host, http, grpc, file));
  const child = spawn(program, ['--config', `file:${join(folder, 'config.yaml')}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  const exited = once(child, 'exit');
  await eventually('the Collector listens', async () => {
    if (child.exitCode !== null) throw new Error(`the Collector has ended: ${said.join('')}`);
    return (await isOpen(host, http)) && (await isOpen(host, grpc));
  });
  const taken = (): Taken[] =>
    existsSync(file)
      ? completeLines(readFileSync(file, 'utf8'))
          .split('\n')
          .filter((line) => line !== '')
          .flatMap((line) => Object.values(JSON.parse(line) as Record<string, Taken[]>).flat())
      : [];
  return {
    http: `http://${host}:${http}`,
    grpc: `http://${host}:${grpc}`,
    spans: () => taken().flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans)),
    logs: () => taken().flatMap(({ scopeLogs = [] }) => scopeLogs.flatMap(({ logRecords = [] }) => logRecords)),
    metrics: () =>
      taken()
        .filter(({ scopeMetrics }) => scopeMetrics !== undefined)
        .slice(-1)
        .flatMap(({ scopeMetrics = [] }) => scopeMetrics.flatMap(({ metrics = [] }) => metrics)),
    resources: () => {
      const all = taken().map(({ resource }) => JSON.stringify(attributesOf(resource.attributes)));
      return [...new Set(all)].map((one) => JSON.parse(one) as Record<string, unknown>);
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

export function attributesOf(list: readonly KeyValue[] = []): Record<string, unknown> {
  return Object.fromEntries(list.map(({ key, value }) => [key, plain(value)]));
}

function plain(value: KeyValue['value']): unknown {
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plain);
  if (value.intValue !== undefined) return Number(value.intValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
}

async function collectorProgram(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of readdirSync(SOURCE).sort()) hash.update(readFileSync(join(SOURCE, file)));
  const key = join('tools', `otel-collector-${hash.digest('hex').slice(0, 12)}`);
  const built = await cached(key, 'Building an OpenTelemetry Collector from source (once)', async (draft) => {
    await run(go(), ['build', '-trimpath', '-ldflags', '-s -w', '-o', join(draft, 'collector'), '.'], {
      cwd: SOURCE,
      env: { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' },
      timeoutMs: BUILD_LIMIT_MS,
    });
  });
  return join(built, 'collector');
}

function configOf(host: string, http: number, grpc: number, file: string): string {
  const pipelines = ['traces', 'metrics', 'logs'].map((name) => `    ${name}: {receivers: [otlp], exporters: [file]}`);
  return [
    'receivers:',
    '  otlp:',
    '    protocols:',
    `      http: {endpoint: "${host}:${http}"}`,
    `      grpc: {endpoint: "${host}:${grpc}"}`,
    'exporters:',
    `  file: {path: ${JSON.stringify(file)}}`,
    'service:',
    '  telemetry:',
    '    metrics: {level: none}',
    '    logs: {level: error}',
    '  pipelines:',
    ...pipelines,
    '',
  ].join('\n');
}

async function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** It may be writing just now. */
function completeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}
