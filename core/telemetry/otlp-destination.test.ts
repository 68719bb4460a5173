import { describe, expect, it } from 'vitest';
import { destinationProblem } from './otlp-destination.ts';

const AT = 'http://collector:4318';

function problem(env: Record<string, string>, isGrpc = false): string | undefined {
  const all = { OTEL_EXPORTER_OTLP_ENDPOINT: AT, ...env };
  return destinationProblem(all, 'logs', isGrpc);
}

describe('an endpoint', () => {
  it.each(['http://collector:4318', 'https://[::1]:4318/v1', ' http://user:word@collector '])('%j is one', (endpoint) =>
    expect(problem({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })).toBeUndefined(),
  );

  it.each(['http://user:secret@bad host:1', 'collector:4318', 'file:///secret', 'http://', 'http://secret:99999'])(
    '%j is none, and is not repeated',
    (endpoint) => {
      const said = problem({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
      expect(said).toContain('OTEL_EXPORTER_OTLP_ENDPOINT');
      expect(said).not.toContain('secret');
    },
  );

  it('of gRPC may have no scheme, and is something all the same', () => {
    expect(problem({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' }, true)).toBeUndefined();
    expect(problem({ OTEL_EXPORTER_OTLP_ENDPOINT: 'unix:///run/collector' }, true)).toContain('ENDPOINT');
    expect(problem({ OTEL_EXPORTER_OTLP_ENDPOINT: 'bad host:1' }, true)).toContain('ENDPOINT');
  });

  it('of the signal goes before that of all', () => {
    expect(problem({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'collector' })).toContain('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT');
  });
});

describe('headers', () => {
  it.each(['', 'a=b', 'authorization=Bearer%20dG9rZW4==, x-tenant = one ,'])('%j are some', (headers) =>
    expect(problem({ OTEL_EXPORTER_OTLP_HEADERS: headers })).toBeUndefined(),
  );

  it.each([
    'Authorization: Bearer secret',
    'Authorization: Bearer secret==',
    'authorization=secret%0aX',
    'authorization=secretä',
    'authorization=secret%',
    'authorization=',
    '=secret',
  ])('%j are none, and are not repeated', (headers) => {
    for (const name of ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_LOGS_HEADERS']) {
      const said = problem({ [name]: headers });
      expect(said).toContain(name);
      expect(said).not.toContain('secret');
    }
  });
});
