import { describe, expect, test } from 'vitest';
import type { RawPod } from './pod.ts';
import { findPort } from './port.ts';

/** Containers by name, with the ports that they declare. */
const pod = (containers: Record<string, object[]>): RawPod =>
  ({
    metadata: { name: 'a', namespace: 'n' },
    spec: { containers: Object.entries(containers).map(([name, ports]) => ({ name, image: 'i', ports })) },
  }) as unknown as RawPod;
const port = (containerPort: number, name?: string, protocol?: string): object => ({ containerPort, name, protocol });

describe('a port that is found', () => {
  test('by number has every name that leads to it, from whichever container', () => {
    const found = findPort(pod({ app: [port(8080, 'mcp')], other: [port(8080, 'http'), port(9090, 'metrics')] }), 8080);
    expect(found).toEqual({ kind: 'found', port: 8080, container: 'app', names: ['mcp', 'http'] });
  });
  test('by name has the other names of its number as well', () => {
    expect(findPort(pod({ app: [port(8080, 'http'), port(8080, 'mcp')] }), 'mcp')).toEqual({
      kind: 'found',
      port: 8080,
      container: 'app',
      names: ['http', 'mcp'],
    });
  });
  test('may have no name', () => {
    expect(findPort(pod({ app: [port(8080)] }), 8080)).toMatchObject({ kind: 'found', names: [] });
  });
  test('under one name twice has it once', () => {
    expect(findPort(pod({ a: [port(8080, 'mcp')], b: [port(8080, 'mcp')] }), 'mcp')).toMatchObject({ names: ['mcp'] });
  });
});

describe('a port that is not', () => {
  test('is told with what there is instead', () => {
    expect(findPort(pod({ app: [port(9000, 'http'), port(9001)] }), 'mcp')).toEqual({
      kind: 'missing',
      wanted: 'mcp',
      declared: ['9000 (http) of container app', '9001 of container app'],
    });
    expect(findPort(pod({ app: [] }), 1)).toEqual({ kind: 'missing', wanted: 1, declared: [] });
  });
  test('is one of UDP', () => {
    expect(findPort(pod({ app: [port(8080, 'mcp', 'UDP')] }), 8080)).toMatchObject({ kind: 'missing', declared: [] });
  });
  test('is a number under the name of another', () => {
    expect(findPort(pod({ app: [port(80, '8080')] }), 8080)).toMatchObject({ kind: 'missing' });
  });
});

test('a name that means two numbers means neither', () => {
  expect(findPort(pod({ a: [port(1, 'mcp')], b: [port(2, 'mcp')] }), 'mcp')).toEqual({
    kind: 'ambiguous',
    wanted: 'mcp',
    containers: ['a', 'b'],
  });
  expect(findPort(pod({ a: [port(1, 'mcp')], b: [port(2, 'mcp')] }), 2)).toMatchObject({
    kind: 'found',
    container: 'b',
  });
});
