import { expect, it } from 'vitest';
import { readOtlpSettings } from './otlp-settings.ts';

const HERE = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
const sent = (env: Record<string, string>) => Object.fromEntries(readOtlpSettings(env).protocols);

it('nothing is sent by default, nor where that is said', () => {
  expect(sent({})).toEqual({});
  expect(sent({ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' })).toEqual({});
  expect(sent({ ...HERE, OTEL_SDK_DISABLED: 'True' })).toEqual({});
});

it('an endpoint is for all signals, or for one', () => {
  const protocol = 'http/protobuf';
  expect(sent(HERE)).toEqual({ traces: protocol, metrics: protocol, logs: protocol });
  expect(sent({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://x' })).toEqual({ logs: protocol });
});

it('a signal can be left out', () => {
  expect(Object.keys(sent({ ...HERE, OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'otlp,console' }))).toEqual([
    'metrics',
    'logs',
  ]);
});

it('each may have a protocol of its own', () => {
  const env = { ...HERE, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' };
  expect(sent(env)).toEqual({ traces: 'http/json', metrics: 'grpc', logs: 'grpc' });
});

it.each([
  [{ OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'thrift' }, /METRICS_PROTOCOL is "thrift".*http\/protobuf/],
  [{ OTEL_METRICS_EXPORTER: 'prometheus' }, /OTEL_METRICS_EXPORTER is "prometheus".*"none"/],
])('what cannot be done is said, and not done: %o', (env, words) => {
  const { protocols, problems } = readOtlpSettings({ ...HERE, ...env });
  expect([...protocols.keys()]).toEqual(['traces', 'logs']);
  expect(problems).toEqual([expect.stringMatching(words)]);
});
