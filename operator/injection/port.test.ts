import { describe, expect, test } from 'vitest';
import type { RawContainer, RawPod, RawPort } from './pod.ts';
import { findPort } from './port.ts';

const container = (name: string, ...ports: RawPort[]): RawContainer => ({ name, ports });
const pod = (...containers: RawContainer[]): RawPod => ({ spec: { containers } });
const http = { name: 'http', containerPort: 8080 };

describe('the socket of a server', () => {
  test('is found by its name', () => {
    expect(findPort(pod(container('app', http)), 'http')).toEqual({
      kind: 'found',
      port: 8080,
      container: 'app',
      names: ['http'],
    });
  });

  test('is found by its number, with every name that leads to it', () => {
    const two = pod(container('app', http), container('side', { name: 'web', containerPort: 8080 }));
    expect(findPort(two, 8080)).toMatchObject({ kind: 'found', container: 'app', names: ['http', 'web'] });
  });

  test('has no name where its port has none', () => {
    expect(findPort(pod(container('app', { containerPort: 8080 })), 8080)).toMatchObject({ kind: 'found', names: [] });
  });

  test('may be that of a native sidecar', () => {
    const sidecar = { ...container('app', http), restartPolicy: 'Always' };
    expect(findPort({ spec: { containers: [], initContainers: [sidecar] } }, 'http')).toMatchObject({ kind: 'found' });
  });
});

describe('there is none', () => {
  test('and what there is instead is said', () => {
    const other = pod(container('app', http, { containerPort: 9000 }));
    expect(findPort(other, 'mcp')).toEqual({
      kind: 'missing',
      wanted: 'mcp',
      declared: ['8080 (http) of container app', '9000 of container app'],
    });
  });

  test('over UDP', () => {
    expect(findPort(pod(container('app', { ...http, protocol: 'UDP' })), 'http')).toMatchObject({ declared: [] });
  });

  test('in a container that ends before the server starts', () => {
    expect(findPort({ spec: { containers: [], initContainers: [container('app', http)] } }, 'http')).toMatchObject({
      kind: 'missing',
    });
  });
});

test('a name that means two numbers means none', () => {
  const two = pod(container('app', http), container('side', { name: 'http', containerPort: 9000 }));
  expect(findPort(two, 'http')).toEqual({ kind: 'ambiguous', wanted: 'http', containers: ['app', 'side'] });
});

test('one socket that two containers declare under one name is one', () => {
  expect(findPort(pod(container('app', http), container('side', http)), 'http')).toMatchObject({ kind: 'found' });
});
