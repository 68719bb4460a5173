import { expect, test } from 'vitest';
import type { ApiClient } from '../kit/api-client.ts';
import type { RawObject } from '../kit/resource.ts';
import { cachesWith, mcpServer, policyPack } from '../testing/gen.ts';
import { reconcilePack } from './reconcile.ts';

interface Status {
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
  readonly servers?: { readonly count: number; readonly names: readonly string[] };
  readonly revision?: string;
}

/** What is written of the pack; undefined: nothing is. */
async function statusOf(pack: RawObject, ...others: object[]): Promise<Status | undefined> {
  let written: Status | undefined;
  const client = {
    apply: (_: unknown, { status }: { status: Status }) => Promise.resolve(void (written = status)),
  } as unknown as ApiClient;
  const caches = cachesWith(pack, ...others);
  const { namespace = '', name } = pack.metadata;
  const clock = { now: () => 0, monotonic: () => 0 };
  await reconcilePack(
    { namespace, name },
    { caches, client, clock, rootNamespace: 'root', channels: ['slack', 'mail'] },
  );
  return written;
}

test('a pack says which servers it applies to, and as what', async () => {
  const labelled = mcpServer({ name: 'second', labels: { tier: 'gold' } });
  const status = await statusOf(
    policyPack({ spec: { targets: { matchLabels: { tier: 'gold' } } } }),
    mcpServer(),
    labelled,
  );
  expect(status).toMatchObject({
    servers: { count: 1, names: ['finance/second'] },
    revision: expect.stringMatching(/^sha256:/) as string,
  });
  expect(status?.conditions[0]).toMatchObject({ status: 'True', reason: 'Applies', message: 'Applies to 1 MCPServer' });
});

test.each([
  [['slack', 'mail'], 'Applies', 'Applies to 1 MCPServer'],
  [['slak', 'mail'], 'UnknownChannel', 'No channel is called slak (approval.notify), there are slack, mail: write one'],
])('one that names the channels %j is %s', async (notify, reason, message) => {
  const tools = [{ names: ['transfer'], effect: 'RequireApproval', approval: { notify } }];
  const status = await statusOf(policyPack({ spec: { tools } }), mcpServer());
  for (const condition of status?.conditions ?? [])
    expect(condition).toMatchObject({ status: 'True', reason, message: expect.stringContaining(message) as string });
});

test('one that applies to none says where it looked', async () => {
  const [condition] = (await statusOf(policyPack()))?.conditions ?? [];
  expect(condition).toMatchObject({ status: 'True', reason: 'NoServers' });
  expect(condition?.message).toContain('kubectl get mcpservers.sallyport.dev --show-labels -n finance');
});

test('one of the root namespace reaches every namespace that it selects', async () => {
  const spec = { namespaceSelector: { matchLabels: { team: 'x' } } };
  const namespace = (name: string, team: string) => ({ kind: 'Namespace', metadata: { name, labels: { team } } });
  const others = [mcpServer(), mcpServer({ namespace: 'sales' }), namespace('finance', 'x'), namespace('sales', 'y')];
  expect((await statusOf(policyPack({ namespace: 'root', spec }), ...others))?.servers?.names).toEqual([
    'finance/ledger',
  ]);
});

test('one that cannot be read says what is wrong and what holds meanwhile', async () => {
  const status = await statusOf(policyPack({ spec: { mode: 'Loud' } }), mcpServer());
  expect(status?.conditions[0]).toMatchObject({ status: 'False', reason: 'Invalid' });
  expect(status?.conditions[0]?.message).toContain('keep their last good policy until it is mended');
  expect(status).not.toHaveProperty('revision');
  expect(status?.conditions.map(({ type, status: said }) => `${type}=${said}`)).toEqual([
    'Ready=False',
    'Accepted=False',
    'Stalled=True',
  ]);
});

test('what is said already is not said again', async () => {
  const pack = policyPack();
  const status = await statusOf(pack);
  expect(await statusOf({ ...pack, status: { ...status } })).toBeUndefined();
});

test('one that is going is left to go', async () => {
  const pack = policyPack();
  pack.metadata.deletionTimestamp = '2026-11-21T10:00:00Z';
  expect(await statusOf(pack)).toBeUndefined();
});
