/** Traces, metrics and audit records of a gate, as a real OpenTelemetry Collector takes them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifyChunks } from '../../core/audit/verify-chunks.ts';
import { readAudit } from '../support/audit-file.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { callTool, legacyHeaders, messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { type PackSpec, bundleOf } from '../support/policy.ts';
import { freePort } from '../support/ports.ts';
import { rawExchange } from '../support/raw-http.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';
import { startWrapped } from '../support/wrapped.ts';
import { type Collector, type TakenSpan, attributesOf, startCollector } from './collector.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const SAMPLED = `00-${TRACE}-${PARENT}-01`;
const [SERVER, CLIENT, INTERNAL] = [2, 3, 1];
const RULES: PackSpec = {
  tools: [{ names: ['read_*'], effect: 'Allow' }],
  audit: { level: 'Required' },
};

const { use, defer } = cleanupAfterEach();
let collector: Collector;
let server: ScriptedServer;
let volume: MountedVolume;
beforeEach(async () => {
  [server, volume] = [await use(startScripted()), await use(new MountedVolume())];
  server.json({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'the secret answer' }] } });
  volume.swap({ 'bundle.json': bundleOf(RULES).text });
});

/** Telemetry leaves in a moment, not in the minute that is the default. */
const SOON = { OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_BLRP_SCHEDULE_DELAY: '100', OTEL_METRIC_EXPORT_INTERVAL: '500' };

async function gate(env: Record<string, string>): Promise<SidecarProcess> {
  const places = { SALLYPORT_UPSTREAM: server.url, SALLYPORT_BUNDLE_DIR: volume.path };
  return use(startSidecar({ ...places, ...SOON, ...env }));
}

async function gateWithCollector(env: Record<string, string> = {}): Promise<SidecarProcess> {
  collector = await use(startCollector());
  return gate({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.http, ...env });
}

interface Sent {
  readonly tool?: string;
  readonly headers?: [string, string][];
  readonly meta?: object;
}

async function call(to: SidecarProcess, { tool = 'read_ledger', headers = [], meta }: Sent = {}): Promise<string> {
  const params = { name: tool, arguments: { account: 'the secret argument' }, ...(meta && { _meta: meta }) };
  const { body } = await rawExchange(to.port, {
    headers: [...modernHeaders('tools/call', tool), ...headers],
    body: modernRequest('tools/call', params),
  });
  return body;
}

async function spansOf(traceId: string, count: number): Promise<readonly TakenSpan[]> {
  return eventually(`${count} spans of ${traceId}`, () => {
    const found = collector.spans().filter((span) => span.traceId === traceId);
    return found.length >= count && found;
  });
}

const ofKind = (spans: readonly TakenSpan[], kind: number): TakenSpan =>
  spans.find((span) => span.kind === kind) ?? expect.fail(`no span of kind ${kind}`);

describe('a call that is sampled', () => {
  it('is one trace from its client to its server, with the wait for the disk in it', async () => {
    const to = await gateWithCollector();
    await call(to, {
      headers: [
        ['traceparent', SAMPLED],
        ['tracestate', 'vendor=1'],
      ],
    });
    const spans = await spansOf(TRACE, 3);
    const [own, asking, waiting] = [ofKind(spans, SERVER), ofKind(spans, CLIENT), ofKind(spans, INTERNAL)];
    expect(own).toMatchObject({ name: 'tools/call read_ledger', parentSpanId: PARENT, traceState: 'vendor=1' });
    expect(asking).toMatchObject({ name: 'tools/call read_ledger', parentSpanId: own.spanId });
    expect(waiting).toMatchObject({ name: 'sallyport.record_intent', parentSpanId: own.spanId });
    // The server's own span is a child of ours, whichever of both places it looks at.
    const traceparent = `00-${TRACE}-${asking.spanId}-01`;
    expect(server.heads.at(-1)?.headers).toMatchObject({ traceparent, tracestate: 'vendor=1' });
    expect(server.posted.at(-1)).toMatchObject({ params: { _meta: { traceparent, tracestate: 'vendor=1' } } });
    expect(attributesOf(own.attributes)).toMatchObject({
      'mcp.method.name': 'tools/call',
      'mcp.protocol.version': '2026-07-28',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'read_ledger',
      'jsonrpc.request.id': '1',
      'network.transport': 'tcp',
      'sallyport.outcome': 'answered',
      'sallyport.decision.effect': 'Allow',
    });
    for (const [inner, outer] of [
      [asking, own],
      [waiting, own],
    ] as const) {
      expect(BigInt(inner.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(outer.startTimeUnixNano));
      expect(BigInt(inner.endTimeUnixNano)).toBeLessThanOrEqual(BigInt(outer.endTimeUnixNano));
    }
    expect(JSON.stringify(spans)).not.toContain('secret');
  });

  it('has the parent that its message names before the one of the header', async () => {
    const to = await gateWithCollector();
    const inner = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await call(to, { headers: [['traceparent', SAMPLED]], meta: { traceparent: inner, tracestate: 'x=y' } });
    const spans = await spansOf('a'.repeat(32), 3);
    expect(ofKind(spans, SERVER)).toMatchObject({ parentSpanId: 'b'.repeat(16), traceState: 'x=y' });
    const traceparent = `00-${'a'.repeat(32)}-${ofKind(spans, CLIENT).spanId}-01`;
    expect(server.heads.at(-1)?.headers).toMatchObject({ traceparent, tracestate: 'x=y' });
    expect(server.posted.at(-1)).toMatchObject({ params: { _meta: { traceparent, tracestate: 'x=y' } } });
    expect(readAudit(to.auditFile).at(-1)).toMatchObject({ traceId: 'a'.repeat(32) });
  });

  it('that is refused says why, and asks no server', async () => {
    const to = await gateWithCollector();
    await call(to, { tool: 'wipe', headers: [['traceparent', SAMPLED]] });
    const [span, ...others] = await spansOf(TRACE, 1);
    expect(others).toEqual([]);
    expect(span?.status).toEqual({ code: 2, message: 'denied' });
    expect(attributesOf(span?.attributes)).toMatchObject({
      'error.type': 'denied',
      'sallyport.outcome': 'refused',
      'sallyport.decision.reason': 'denied',
    });
    expect(server.posted).toEqual([]);
  });

  it('of an official client with a parent in _meta works as before', async () => {
    const to = await gateWithCollector();
    const client = new Client({ name: 'official', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(to.url)));
    defer(() => client.close());
    server.json({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'balance' }] } });
    const answer = await client.callTool({ name: 'read_ledger', arguments: {}, _meta: { traceparent: SAMPLED } });
    expect(answer.content).toEqual([{ type: 'text', text: 'balance' }]);
    expect(ofKind(await spansOf(TRACE, 3), SERVER)).toMatchObject({ parentSpanId: PARENT });
  });
});

it('in front of a program the parent is in _meta, and what was said before the end is sent', async () => {
  collector = await use(startCollector());
  const env = { ...SOON, OTEL_EXPORTER_OTLP_ENDPOINT: collector.http };
  const wrapped = await use(
    startWrapped(
      { tools: [{ names: ['meta'], effect: 'Allow' }] },
      { env, server: join(import.meta.dirname, 'meta-server.ts') },
    ),
  );
  const answer = await wrapped.client.callTool({ name: 'meta', arguments: {}, _meta: { traceparent: SAMPLED } });
  const [own, asking] = [SERVER, CLIENT].map((kind) => spansOf(TRACE, 2).then((spans) => ofKind(spans, kind)));
  const [content] = answer.content as { text: string }[];
  const spanId = (await asking)?.spanId;
  expect(JSON.parse(content?.text ?? '')).toMatchObject({ traceparent: `00-${TRACE}-${spanId}-01` });
  expect(await own).toMatchObject({ name: 'tools/call meta', parentSpanId: PARENT });
  expect(attributesOf((await own)?.attributes)).toMatchObject({ 'network.transport': 'pipe' });
  expect(collector.resources()[0]).toMatchObject({ 'service.name': 'local-gate', 'service.namespace': 'default' });
});

describe('a call that is not sampled', () => {
  it('is sent byte for byte, with the parent that its client gave it', async () => {
    const to = await gateWithCollector();
    const unsampled = `00-${TRACE}-${PARENT}-00`;
    const body = callTool('read_ledger', { a: 1 });
    await rawExchange(to.port, { headers: [...legacyHeaders(), ['traceparent', unsampled]], body });
    await call(to, { headers: [['traceparent', `00-${'c'.repeat(32)}-${PARENT}-01`]] });
    await spansOf('c'.repeat(32), 3);
    expect(collector.spans().filter(({ traceId }) => traceId === TRACE)).toEqual([]);
    expect(server.heads.at(-2)?.headers['traceparent']).toBe(unsampled);
    expect(JSON.stringify(server.posted.at(-2))).toBe(JSON.stringify(JSON.parse(body)));
  });

  it('is so by the ratio, where no client has said anything', async () => {
    const env = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };
    const to = await gateWithCollector(env);
    await call(to);
    await call(to, { headers: [['traceparent', SAMPLED]] });
    await spansOf(TRACE, 3);
    expect(new Set(collector.spans().map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(server.heads.map(({ headers }) => headers['traceparent'] === undefined)).toEqual([true, false]);
  });
});

describe.each(['http/protobuf', 'http/json', 'grpc'])('over %s', { tags: ['watched'] }, (protocol) => {
  it('metrics are those that Prometheus gets, and audit records can be verified', async () => {
    collector = await use(startCollector());
    const to = await gate({
      OTEL_EXPORTER_OTLP_ENDPOINT: protocol === 'grpc' ? collector.grpc : collector.http,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=ledger-0,deployment.environment.name=test',
    });
    for (let i = 0; i < 3; i++) await call(to, { headers: [['traceparent', SAMPLED]] });
    await call(to, { tool: 'wipe' });
    const text = await to.metrics();
    const decided = await eventually('the decisions', () =>
      collector
        .metrics()
        .find(({ name }) => name === 'sallyport_decisions_total')
        ?.sum?.dataPoints.find(
          (point) => attributesOf(point.attributes)['outcome'] === 'answered' && point.asDouble === 3,
        ),
    );
    expect(attributesOf(decided.attributes)).toMatchObject({ server: 'finance/ledger', tool: 'read_ledger' });
    expect(text).toContain(
      'sallyport_decisions_total{server="finance/ledger",tool="read_ledger",effect="Allow",outcome="answered"} 3',
    );
    const own = collector.metrics().find(({ name }) => name === 'sallyport_overhead_seconds');
    expect(own).toMatchObject({ unit: 's', histogram: { aggregationTemporality: 2 } });
    expect(own?.histogram?.dataPoints).toMatchObject([{ count: '4' }]);
    const names = new Set(Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name));
    for (const { name } of collector.metrics()) expect(names).toContain(name);

    expect(await to.terminate()).toBe(0);
    const logs = collector.logs();
    const bodies = logs.map(({ body }) => body.stringValue ?? '');
    const lines = readAudit(to.auditFile);
    expect(bodies.map((body) => JSON.parse(body) as object)).toEqual(lines);
    expect((await verifyChunks([Buffer.from(`${bodies.join('\n')}\n`)])).ok).toBe(true);
    const span = ofKind(await spansOf(TRACE, 9), SERVER);
    expect(logs.find(({ eventName }) => eventName === 'sallyport.audit.decision')).toMatchObject({
      ...{ severityText: 'INFO', traceId: TRACE, spanId: span.spanId },
    });
    expect(logs.filter(({ severityText }) => severityText === 'WARN')).toHaveLength(1);
    expect(collector.resources()).toEqual([
      expect.objectContaining({
        'service.name': 'ledger-gate',
        'service.namespace': 'finance',
        'k8s.pod.name': 'ledger-0',
        'deployment.environment.name': 'test',
      }),
    ]);
  });
});

describe('a Collector that is away', () => {
  const lossy = { OTEL_BSP_MAX_QUEUE_SIZE: '20', OTEL_BLRP_MAX_QUEUE_SIZE: '20', OTEL_EXPORTER_OTLP_TIMEOUT: '300' };
  const droppedIn = (text: string, signal: string): number =>
    Number(new RegExp(`^sallyport_otlp_dropped_total\\{.*signal="${signal}"\\} (\\d+)`, 'm').exec(text)?.[1]);

  it('costs no call anything, and what it does not get is counted', async () => {
    const to = await gate({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`, ...lossy });
    for (let i = 0; i < 60; i++) {
      const [message] = messagesIn(await call(to, { headers: [['traceparent', SAMPLED]] }));
      expect(message).toHaveProperty('result');
    }
    for (const signal of ['traces', 'logs', 'metrics']) {
      await eventually(`${signal} are dropped`, async () => droppedIn(await to.metrics(), signal) > 0);
    }
    expect(to.log.filter((line) => line.includes('telemetry could not be sent')).length).toBeLessThanOrEqual(3);
    const before = performance.now();
    expect(await to.terminate()).toBe(0);
    expect(performance.now() - before).toBeLessThan(8000);
  });

  it('and comes back gets what is said from then on', async () => {
    const ports = { http: await freePort(), grpc: await freePort() };
    const to = await gate({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${ports.http}`, ...lossy });
    await call(to, { headers: [['traceparent', SAMPLED]] });
    await eventually('it is dropped', async () => droppedIn(await to.metrics(), 'traces') > 0);
    collector = await use(startCollector({ ports }));
    await eventually('a later call is there', async () => {
      await call(to, { headers: [['traceparent', `00-${'d'.repeat(32)}-${PARENT}-01`]] });
      await sleep(200);
      return collector.spans().length > 0;
    });
  });

  it('or says nothing holds up neither calls nor the end', async () => {
    const slow = createServer(() => {}).listen(0, '127.0.0.1');
    defer(() => slow.closeAllConnections());
    defer(() => slow.close());
    await new Promise((resolve) => slow.once('listening', resolve));
    const { port } = slow.address() as AddressInfo;
    const to = await gate({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
    const before = performance.now();
    for (let i = 0; i < 30; i++) await call(to);
    expect(performance.now() - before).toBeLessThan(3000);
    expect(await to.terminate()).toBe(0);
  });
});

it('what cannot be done is said at the start, and is no reason not to', async () => {
  const to = await gate({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'thrift',
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
  });
  expect(to.log.some((line) => line.includes('is \\"thrift\\"'))).toBe(true);
  expect(messagesIn(await call(to))[0]).toHaveProperty('result');
  expect(await to.metrics()).not.toContain('sallyport_otlp_dropped_total{');
});
