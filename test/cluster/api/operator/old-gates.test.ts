/**
 * Gates of the last release under this operator, and gates of now under what the operator of the last release wrote. Pods keep the gate
 * that they were injected with, so both are what every upgrade and every rollback is for a while.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { ApiClient } from '../../../../operator/kit/api-client.ts';
import { Reflector } from '../../../../operator/kit/reflector.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import type { RawObject, Ref, Resource } from '../../../../operator/kit/resource.ts';
import { Store } from '../../../../operator/kit/store.ts';
import { FIELD_MANAGER, POD_CONDITION, policyConfigMapName } from '../../../../operator/names.ts';
import { cleanupAfterAll, cleanupAfterEach } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { type FixtureServer, startFixture } from '../../../support/fixture-server.ts';
import { type LastRelease, unpackLastRelease } from '../../../support/last-release.ts';
import { type ApiServer, startApiServer } from '../../api-server.ts';
import { installCrds } from '../../shared-api-server.ts';
import { startOperator, type TestOperator } from '../../support/operator.ts';
import { BUILD_LIMIT_MS } from '../chart/release.ts';
import { Bench, conditionsOf } from './bench.ts';
import { type GatePod, startGatePod } from './gate-pod.ts';

/** Milliseconds where nothing else runs; gates that start from source need theirs where much does. */
const SOON_MS = 10_000;
vi.setConfig({ testTimeout: 120_000 });
const BUNDLE_THEN = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'last-release', 'ledger.bundle');

const all = cleanupAfterAll();
const { use } = cleanupAfterEach();

let api: ApiServer;
let on: Bench;
let root: string;
let operator: TestOperator;
let fixture: FixtureServer;
let lastRelease: LastRelease;
let namespace: string;
let ledger: Ref;

beforeAll(async () => {
  // Two operators at one API server would write over each other.
  api = await startApiServer();
  all.defer(() => api.stop());
  const { kubeconfig } = api;
  await installCrds(kubeconfig);
  const client = await ApiClient.fromKubeConfig({ fieldManager: FIELD_MANAGER, kubeconfig });
  all.defer(() => client.close());
  on = new Bench(client, kubeconfig);
  root = await on.namespace();
  operator = await startOperator(kubeconfig, root);
  all.defer(() => operator.stop());
  fixture = await all.use(startFixture());
  lastRelease = await all.use(unpackLastRelease());
}, BUILD_LIMIT_MS);

beforeEach(async () => {
  namespace = await on.namespace();
  ledger = await on.server(namespace, 'ledger', { access: { anonymous: true } });
});

const gate = (name: string, bundle?: string): Promise<GatePod> =>
  use(
    startGatePod(on, { namespace, name, operator, upstream: fixture.url, ...(bundle === undefined ? {} : { bundle }) }),
  );
const oldGate = (name: string): Promise<GatePod> => gate(name, lastRelease.file);
const allow = (...names: string[]): object => ({ tools: [{ names, effect: 'Allow' }] });
const deny = (...names: string[]): object => ({ tools: [{ names, effect: 'Deny' }] });
const change = (pack: string, spec: object): Promise<unknown> =>
  on.client.mergePatch(CUSTOM_RESOURCES.PolicyPack, { namespace, name: pack }, { spec });

async function filesThere(): Promise<string[]> {
  const map = await on.client.get(RESOURCES.ConfigMap, { namespace, name: policyConfigMapName('ledger') });
  return Object.keys(map.data as object).filter((key) => key.endsWith('.json'));
}

async function isRefused(pod: GatePod, tool: string): Promise<number> {
  const began = performance.now();
  await eventually(`${tool} is refused`, async () => !(await pod.allows(tool)), SOON_MS);
  return performance.now() - began;
}

describe('a gate of the last release', () => {
  test('enforces what this operator writes, and a new Deny within seconds', async () => {
    await on.pack(namespace, 'payments', allow('echo', 'danger'));
    const old = await oldGate('ledger-1');
    await on.reason(ledger, 'PolicyEnforced', 'AllPods');
    expect([await old.allows('echo'), await old.allows('danger')]).toEqual([true, true]);
    await on.pack(namespace, 'base', deny('danger'));
    expect(await isRefused(old, 'danger')).toBeLessThan(SOON_MS);
    expect(await old.allows('echo')).toBe(true);
    await on.reason(ledger, 'PolicyEnforced', 'AllPods');
    expect(await filesThere()).toEqual(['bundle.json']);
    const { conditions } = (await on.client.get(RESOURCES.Pod, old.ref)).status as {
      conditions: { type: string; message?: string }[];
    };
    expect(conditions.find(({ type }) => type === POD_CONDITION.understands)?.message).toBe('v1 (gate 0.1.0)');
  });

  test('gets no pack that it does not understand: that is said before it is written, and the Deny of another pack arrives', async () => {
    await on.pack(namespace, 'payments', allow('echo', 'danger'));
    const old = await oldGate('ledger-1');
    await on.reason(ledger, 'PolicyEnforced', 'AllPods');
    const history = await watchBoth();
    await change('payments', { ...allow('echo', 'danger', 'transfer'), audit: { level: 'Required' } });
    const { message } = await on.reason(ledger, 'PolicyEnforced', 'BundleRejected');
    expect(message).toContain(`Pack ${namespace}/payments requires audit.level, which not every gate understands.`);
    expect(message).toContain('1 of 1 gates do not (version 0.1.0: ledger-1)');
    expect(message).toContain(
      'To mend: delete and create pod ledger-1 again; or take spec.audit.level: Required out of the pack.',
    );
    await eventually('both files', async () => (await filesThere()).length === 2, SOON_MS);
    const [said, written] = [history.firstSaid(), history.firstWritten()];
    expect(said).toBeLessThan(written);
    expect(await old.allows('echo')).toBe(true);
    // A permission that it has not got already; and the gate takes no notice of the field.
    expect(await old.allows('transfer')).toBe(false);
    await on.pack(namespace, 'base', deny('danger'));
    expect(await isRefused(old, 'danger')).toBeLessThan(SOON_MS);
    expect(old.sidecar.log.filter((line) => line.includes('policy not taken'))).toEqual([]);
    await eventually('the status says that it has what is meant for it', async () => {
      const { older } = ((await on.client.get(CUSTOM_RESOURCES.MCPServer, ledger)).status?.['policy'] ?? {}) as {
        older?: { pods: number; enforced: number }[];
      };
      return older?.[0]?.pods === 1 && older[0].enforced === 1;
    });

    // The pod is made anew.
    await on.client.delete(RESOURCES.Pod, old.ref);
    const current = await gate('ledger-2');
    await on.reason(ledger, 'PolicyEnforced', 'AllPods');
    expect([await current.allows('echo'), await current.allows('transfer'), await current.allows('danger')]).toEqual([
      true,
      true,
      false,
    ]);
    await eventually(
      'the file for old gates is gone',
      async () => (await filesThere()).join() === 'bundle.v2.json',
      SOON_MS,
    );
  });

  test('beside one of now: each gets its own, and once the field is out again one file serves both', async () => {
    await on.pack(namespace, 'payments', { ...allow('echo'), audit: { level: 'Required' } });
    const [old, current] = [await oldGate('ledger-1'), await gate('ledger-2')];
    await on.reason(ledger, 'PolicyEnforced', 'BundleRejected');
    await eventually('the new gate allows', () => current.allows('echo'), SOON_MS);
    // It has never had this pack without the field.
    expect(await old.allows('echo')).toBe(false);
    await change('payments', { audit: null });
    await eventually('the old gate allows', () => old.allows('echo'), SOON_MS);
    await on.reason(ledger, 'PolicyEnforced', 'AllPods');
    expect(await filesThere()).toEqual(['bundle.json']);
    expect(await current.allows('echo')).toBe(true);
  });
});

describe('an operator that is rolled back and comes again', () => {
  test('gates of now go on with what the operator of the last release writes, and take the newer file when it is there again', async () => {
    await on.pack(namespace, 'payments', { ...allow('danger'), audit: { level: 'Required' } });
    const current = await gate('ledger-1');
    await on.reason(ledger, 'PolicyEnforced', 'AllPods');
    expect(await filesThere()).toEqual(['bundle.v2.json']);
    await operator.stop();
    try {
      // The same field manager, so what it does not know goes (KEP-555).
      const ref = { namespace, name: policyConfigMapName('ledger') };
      const { data } = await on.client.get(RESOURCES.ConfigMap, ref);
      const then = { ...(data as Record<string, string>), 'bundle.json': readFileSync(BUNDLE_THEN, 'utf8') };
      delete (then as Record<string, string>)['bundle.v2.json'];
      await on.client.apply(RESOURCES.ConfigMap, { metadata: ref, data: then });
      expect(await filesThere()).toEqual(['bundle.json']);
      await eventually('the old policy', () => current.allows('echo'), SOON_MS);
      expect(await current.allows('danger')).toBe(false);
    } finally {
      operator = await startOperator(api.kubeconfig, root);
    }
    await eventually('the new policy again', () => current.allows('danger'), 15_000);
    expect(await current.allows('echo')).toBe(false);
    expect(await filesThere()).toEqual(['bundle.v2.json']);
  });

  test('an operator that starts anew writes nothing anew, and keeps what lies there for old gates when something changes', async () => {
    await on.pack(namespace, 'payments', allow('echo'));
    const old = await oldGate('ledger-1');
    await on.reason(ledger, 'PolicyEnforced', 'AllPods');
    await change('payments', { audit: { level: 'Required' } });
    await on.reason(ledger, 'PolicyEnforced', 'BundleRejected');
    await eventually('both files', async () => (await filesThere()).length === 2, SOON_MS);
    const version = async () =>
      (await on.client.get(RESOURCES.ConfigMap, { namespace, name: policyConfigMapName('ledger') })).metadata
        .resourceVersion;
    const before = await version();
    await operator.stop();
    operator = await startOperator(api.kubeconfig, root);
    const other = await on.namespace();
    await on.reason(await on.server(other), 'PolicyAccepted', 'NoPacks');
    await sleep(1_000);
    expect(await version()).toBe(before);
    await on.pack(namespace, 'base', deny('danger'));
    await eventually('it writes again', async () => (await version()) !== before, 15_000);
    expect(await old.allows('echo')).toBe(true);
  });
});

/** Resource versions of one etcd are in the order of its writes, whatever the kind. */
async function watchBoth() {
  const seen: { readonly version: number; readonly object: RawObject }[] = [];
  const stop = new AbortController();
  const watch = async (resource: Resource<RawObject>): Promise<void> => {
    const store = new Store<RawObject>();
    store.onChange(({ object }) => seen.push({ version: Number(object.metadata.resourceVersion), object }));
    const reflector = new Reflector({ client: on.client, resource, store, namespace, log: pino({ level: 'silent' }) });
    const running = reflector.start(stop.signal);
    await use({ close: async () => (stop.abort(), running) });
    await reflector.ready;
  };
  await Promise.all([watch(CUSTOM_RESOURCES.MCPServer), watch(RESOURCES.ConfigMap)]);
  const first = (isIt: (object: RawObject) => boolean): number => {
    const found = seen.filter(({ object }) => isIt(object)).map(({ version }) => version);
    if (found.length === 0) throw new Error('it never happened');
    return Math.min(...found);
  };
  return {
    firstSaid: () => first((object) => conditionsOf(object).some(({ reason }) => reason === 'BundleRejected')),
    firstWritten: () => first(({ data }) => Object.hasOwn(data ?? {}, 'bundle.v2.json')),
  };
}
