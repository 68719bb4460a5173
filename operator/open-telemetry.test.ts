import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { Counter, Registry } from 'prom-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openTelemetry } from './open-telemetry.ts';

const log = pino({ level: 'silent' });

test('metrics are sent to whoever takes them, under the names that Prometheus gets', async () => {
  const sent: [string | undefined, string][] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      sent.push([request.url, body]);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const registry = new Registry();
  new Counter({ name: 'workqueue_adds_total', help: 'Keys.', registers: [registry] }).inc(5);
  const telemetry = await openTelemetry(env, { registry, log, instance: 'op-1' });
  await telemetry.close();
  const [[path, body] = []] = sent;
  expect([sent.length, path]).toEqual([1, '/v1/metrics']);
  for (const part of ['"workqueue_adds_total"', '"sallyport-operator"', '"op-1"']) expect(body).toContain(part);
});

test('without a Collector nothing is registered, and nothing sent', async () => {
  const registry = new Registry();
  const telemetry = await openTelemetry({}, { registry, log, instance: 'x' });
  expect(registry.getMetricsAsArray()).toEqual([]);
  await telemetry.close();
});

test('an endpoint that is none is no reason not to start', async () => {
  const env = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'no URL', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const telemetry = await openTelemetry(env, { registry: new Registry(), log, instance: 'x' });
  await telemetry.close();
});
