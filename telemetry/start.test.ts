/** The rest of what this does is seen in a real Collector: test/telemetry. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { diag } from '@opentelemetry/api';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readOtlpSettings } from '../core/telemetry/otlp-settings.ts';
import type { SpanData } from '../core/telemetry/telemetry.ts';
import { numberIn } from './number-in.ts';
import { startTelemetry } from './start.ts';

const SPAN: SpanData = {
  ...{ name: 'ping', kind: 'server', traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) },
  ...{ parent: undefined, start: 1_700_000_000_000, end: 1_700_000_000_001, attributes: {} },
};

/** Takes what is sent, or says what it is told to say. */
async function receiver(status: number): Promise<{ readonly url: string; readonly bodies: string[] }> {
  const bodies: string[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

async function started(endpoint: string, more: Record<string, string> = {}) {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', ...more };
  // The SDK reads some of it by itself.
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const dropped: [string, number][] = [];
  const telemetry = startTelemetry({
    ...{ settings: readOtlpSettings(env), env, version: '1', resource: { 'service.name': 'x-gate' } },
    families: async () => Promise.resolve([]),
    onDropped: (signal, count) => dropped.push([signal, count]),
  });
  return { telemetry, dropped };
}

test('a span is sent with the ids that it has', async () => {
  const { url, bodies } = await receiver(200);
  const { telemetry, dropped } = await started(url, { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' });
  expect([...telemetry.signals]).toEqual(['traces']);
  telemetry.span({ ...SPAN, error: 'denied' });
  telemetry.log({ time: 0, severity: 'info', event: 'x', body: 'y', attributes: {}, span: undefined });
  await telemetry.close(5000);
  expect([bodies.length, dropped]).toEqual([1, []]);
  for (const part of [SPAN.traceId, SPAN.spanId, '"x-gate"', '"denied"']) expect(bodies[0]).toContain(part);
});

test('what finds no room, or is not taken, is counted', async () => {
  const { url } = await receiver(400);
  const { telemetry, dropped } = await started(url, { OTEL_BSP_MAX_QUEUE_SIZE: '2', OTEL_METRICS_EXPORTER: 'none' });
  for (let i = 0; i < 5; i++) telemetry.span(SPAN);
  await telemetry.close(5000);
  const lost = dropped.filter(([signal]) => signal === 'traces').reduce((sum, [, count]) => sum + count, 0);
  expect(lost).toBe(5);
});

test('an end that takes too long is no longer waited for', async () => {
  const server = http.createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { telemetry } = await started(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  telemetry.span(SPAN);
  const begun = performance.now();
  await telemetry.close(100);
  expect(performance.now() - begun).toBeLessThan(2000);
});

test('the SDK says nothing on standard output, and what it would have gone by stays set', async () => {
  // It keeps the methods of console that it found when it was loaded, so what they write to is looked at.
  const written = vi.spyOn(process.stdout, 'write');
  onTestFinished(() => written.mockRestore());
  const told = vi.spyOn(diag, 'setLogger');
  onTestFinished(() => told.mockRestore());
  const { telemetry } = await started((await receiver(400)).url, { OTEL_LOG_LEVEL: 'all' });
  telemetry.span(SPAN);
  await telemetry.close(5000);
  expect(told).not.toHaveBeenCalled();
  expect(written).not.toHaveBeenCalled();
  expect(process.env['OTEL_LOG_LEVEL']).toBe('all');
});

test.each([
  ['5', 5],
  // Longer than a timer of Node can wait; it would go off at once.
  ['99999999999', 2 ** 31 - 1],
  [' 2.5 ', 2.5],
  ['', undefined],
  ['0', undefined],
  ['-1', undefined],
  ['x', undefined],
])('%j is %s', (text, number) => {
  expect(numberIn({ A: text }, 'A')).toBe(number);
});
