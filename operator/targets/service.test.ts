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
  const target: { config: object | undefined } = { config };
  const metadata = { namespace: 'finance', name: 'ledger' };
  const asked: string[] = [];
  const find = async ({ kind, apiVersion }: Resource, _: Ref): Promise<RawObject> => {
    asked.push(kind);
    if (target.config === undefined) throw new Error('the API server is away');
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
  return { target, targets, again, asked };
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

test('many who ask at once share a question, but for one that had begun before', async () => {
  const { target, targets, asked } = setUp({ port: 9000 });
  const [first] = await Promise.all([targets.placeAnew(server), targets.placeAnew(server)]);
  expect([isPodOf(first, labels), asked]).toEqual([true, ['MCPServer', 'Deployment']]);

  const early = targets.placeAnew(server);
  await Promise.resolve();
  target.config = { port: 9001 };
  const late = Array.from({ length: 50 }, async () => endpointOf(await targets.placeAnew(server)));
  expect(endpointOf(await early)).toEqual({ port: 9000, path: '/mcp' });
  for (const endpoint of await Promise.all(late)) expect(endpoint).toEqual({ port: 9001, path: '/mcp' });
  expect(asked).toHaveLength(6);

  target.config = undefined;
  const failing = await Promise.allSettled([targets.placeAnew(server), targets.placeAnew(server)]);
  expect([failing.map(({ status }) => status), asked.length]).toEqual([['rejected', 'rejected'], 7]);
  target.config = { port: 9002 };
  expect(endpointOf(await targets.placeAnew(server))).toEqual({ port: 9002, path: '/mcp' });
});
