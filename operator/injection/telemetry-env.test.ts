import { expect, test } from 'vitest';
import { readOtlpSettings } from '../../core/telemetry/otlp-settings.ts';
import { readSampler } from '../../core/telemetry/sampler.ts';
import { type TelemetrySettings, telemetryEnv } from './telemetry-env.ts';

const SETTINGS: TelemetrySettings = {
  ...{ endpoint: 'http://collector:4317', protocol: 'grpc', signals: ['traces', 'logs'] },
  ...{ sampler: 'parentbased_traceidratio', samplerArg: '0.25', resourceAttributes: { 'a.b': 'x, y=z' } },
};

test('a gate that has them sends what it is to send', () => {
  const env = Object.fromEntries(telemetryEnv('finance', SETTINGS).map(({ name, value }) => [name, value]));
  const { protocols, problems } = readOtlpSettings(env);
  expect([Object.fromEntries(protocols), problems]).toEqual([{ traces: 'grpc', logs: 'grpc' }, []]);
  const { sampler, problem } = readSampler(env['OTEL_TRACES_SAMPLER'], env['OTEL_TRACES_SAMPLER_ARG']);
  expect([sampler.byParent, sampler.below / 2 ** 32, problem]).toEqual([true, expect.closeTo(0.25), undefined]);
});

test('who it is comes from the pod, in variables that are there by then', () => {
  const env = telemetryEnv('finance', SETTINGS);
  const all = env.at(-1);
  expect(all).toEqual({
    name: 'OTEL_RESOURCE_ATTRIBUTES',
    value:
      'k8s.namespace.name=finance,k8s.container.name=sallyport,k8s.pod.name=$(OTEL_RESOURCE_ATTRIBUTES_POD_NAME),' +
      'k8s.pod.uid=$(OTEL_RESOURCE_ATTRIBUTES_POD_UID),k8s.node.name=$(OTEL_RESOURCE_ATTRIBUTES_NODE_NAME),' +
      'a.b=x%2C%20y%3Dz',
  });
  const before = new Set(env.slice(0, -1).map(({ name }) => name));
  for (const [, name] of (all?.value ?? '').matchAll(/\$\((\w+)\)/g)) expect(before).toContain(name);
});

test('headers are in a Secret that need not be there', () => {
  const headersFrom = { secretName: 'otlp', key: 'headers' };
  expect(telemetryEnv('finance', { ...SETTINGS, headersFrom })).toContainEqual({
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    valueFrom: { secretKeyRef: { name: 'otlp', key: 'headers', optional: true } },
  });
});
