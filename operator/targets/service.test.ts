import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Caches } from '../caches.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import type { ApiClient } from '../kit/api-client.ts';
import type { RawObject, Ref, Resource } from '../kit/resource.ts';
import { parseServer } from '../parsed.ts';
import { endpointOf, isPodOf } from '../placement.ts';
import { mcpServer } from '../testing/gen.ts';
import { lostTargetOf } from './resolution.ts';
import { Targets } from './service.ts';

const targetRef = { apiVersion: 'mcp.x-k8s.io/v1beta1', kind: 'MCPServer', name: 'ledger' };
const labels = { tier: 'ledger' };
const server = mcpServer({ name: 'gate', spec: { workload: { targetRef } } });
const key = { namespace: 'finance', name: 'gate' };

function setUp(config: object) {
  const clock = new FakeClock();
  const caches = new Caches();
  const target = { config };
  const metadata = { namespace: 'finance', name: 'ledger' };
  const find = async ({ kind, apiVersion }: Resource, _: Ref): Promise<RawObject> => {
    const spec = kind === 'Deployment' ? { selector: { matchLabels: labels } } : { config: target.config };
    return { kind, apiVersion, metadata, spec };
  };
  const client = { find } as Pick<ApiClient, 'find'>;
  const targets = new Targets({ caches, client, clock, log: pino({ level: 'silent' }) });
  caches.place = (object) => targets.place(object);
  caches.declared.set(server);
  const again = async (): Promise<RawObject | undefined> => {
    await clock.advance(60_000);
    await targets.refresh();
    return caches.servers.get(key);
  };
  return { target, targets, again };
}

const problemOf = (object: RawObject | undefined): string | undefined => {
  const parsed = object === undefined ? { problem: 'none' } : parseServer(object);
  return 'problem' in parsed ? parsed.problem : undefined;
};

test('what was found before stays where the target comes to say what no server can', async () => {
  const { target, targets, again } = setUp({ port: 9000, path: '/rpc' });
  const found = await again();
  expect(found && endpointOf(found)).toEqual({ port: 9000, path: '/rpc' });

  target.config = { port: 70_000, path: '/rpc' };
  const kept = await again();
  expect(kept && [endpointOf(kept), isPodOf(kept, labels), problemOf(kept)]).toEqual([
    { port: 9000, path: '/rpc' },
    true,
    undefined,
  ]);
  expect(kept && lostTargetOf(kept)).toMatchObject({
    reason: 'TargetNotUsable',
    message: expect.stringContaining('says what no MCPServer can: spec.workload.port'),
  });
  // A pod of it that is new gets no gate made of that, and is not let in without one.
  const anew = await targets.placeAnew(server);
  expect([isPodOf(anew, labels), problemOf(anew)]).toEqual([true, expect.stringContaining('spec.workload.port')]);

  target.config = { port: 9001 };
  const mended = await again();
  expect(mended && [endpointOf(mended), lostTargetOf(mended)]).toEqual([{ port: 9001, path: '/mcp' }, undefined]);
});

test('where nothing was found before, its pods are refused rather than taken for nobody’s', async () => {
  const { again } = setUp({ port: 9000, path: 'no path' });
  const placed = await again();
  expect(placed && [isPodOf(placed, labels), problemOf(placed)]).toEqual([
    true,
    expect.stringContaining('spec.workload.path'),
  ]);
});
