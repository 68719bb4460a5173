import { describe, expect, test } from 'vitest';
import type { Service } from '../caches.ts';
import { pod } from '../testing/gen.ts';
import { endpointFact, type EndpointInput } from './endpoint.ts';
import { readPod } from './pod-facts.ts';

const gated = readPod(pod());
const bare = readPod(pod({ name: 'bare', gateOf: null }));

function service(targetPort: number | string | undefined, more: object = {}): Service {
  const port = { port: 8080, ...(targetPort === undefined ? {} : { targetPort }), ...more };
  const metadata = { name: 'ledger', namespace: 'finance', uid: 'u', resourceVersion: '1' };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { selector: { app: 'ledger' }, ports: [port] },
    digest: '',
  };
}

function fact(input: Partial<EndpointInput>) {
  return endpointFact({
    service: undefined,
    namesake: undefined,
    isOurs: false,
    pods: [gated],
    selecting: new Set(['ledger']),
    selector: { app: 'ledger' },
    server: 'ledger',
    ...input,
  });
}

describe('the endpoint of a server', () => {
  test('is a Service of ours where there is none, or that one', () => {
    expect(fact({})).toEqual({ kind: 'own' });
    expect(fact({ namesake: service(8484), isOurs: true })).toEqual({ kind: 'own' });
  });

  test('is missing where nobody is to make one, also while ours is not gone yet', () => {
    expect(fact({ service: { create: false } })).toEqual({ kind: 'missing' });
    expect(fact({ service: { create: false }, namesake: service(8484), isOurs: true })).toEqual({ kind: 'missing' });
  });

  test.each([
    ['by the name that the gate took over', 'mcp'],
    ['by the number of the gate', 8484],
  ])("is somebody else's Service that leads to the gate %s", (_, target) => {
    expect(fact({ namesake: service(target) })).toEqual({ kind: 'used', port: 8080 });
    expect(fact({ namesake: service(target), service: { create: false } })).toEqual({ kind: 'used', port: 8080 });
  });

  test("is taken by one that goes around, or elsewhere, or to nobody's port", () => {
    expect(fact({ namesake: service(9000) })).toEqual({ kind: 'taken', around: true });
    expect(fact({ namesake: service(undefined) })).toEqual({ kind: 'taken', around: false });
    expect(fact({ namesake: service('metrics') })).toEqual({ kind: 'taken', around: false });
    expect(fact({ namesake: service('mcp', { protocol: 'UDP' }) })).toEqual({ kind: 'taken', around: false });
  });

  test('is taken by one that selects other pods', () => {
    expect(fact({ namesake: service('mcp'), selecting: new Set() })).toEqual({ kind: 'taken', around: false });
  });

  test('is not known while the pods have no gate yet: a name will lead to it', () => {
    expect(fact({ namesake: service('mcp'), pods: [bare] })).toEqual({ kind: 'pending' });
    expect(fact({ namesake: service('mcp'), pods: [bare, gated] })).toEqual({ kind: 'used', port: 8080 });
  });

  test('is not known while there is no pod, unless none can ever be selected', () => {
    expect(fact({ namesake: service('mcp'), pods: [] })).toEqual({ kind: 'pending' });
    expect(fact({ namesake: service('mcp'), pods: [], selector: { app: 'x' } })).toEqual({
      kind: 'taken',
      around: false,
    });
    expect(fact({ namesake: service('mcp'), pods: [], selector: { tier: 'x' } })).toEqual({ kind: 'pending' });
  });
});
