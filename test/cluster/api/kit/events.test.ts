/** Events as `kubectl describe` will show them. */
import { pino } from 'pino';
import { expect, inject, it } from 'vitest';
import type { ApiClient } from '../../../../operator/kit/api-client.ts';
import { EventRecorder } from '../../../../operator/kit/events.ts';
import type { RawObject } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { kubectl } from '../../api-server.ts';
import { FaultProxy } from '../../support/fault-proxy.ts';
import { connect, freshNamespace } from './bench.ts';

const cleanup = cleanupAfterEach();

interface Bench {
  readonly client: ApiClient;
  readonly proxy: FaultProxy;
  readonly namespace: string;
  readonly about: RawObject;
  readonly recorder: EventRecorder;
  readonly warnings: string[];
  readonly events: () => Promise<RawObject[]>;
  /** Ends the recorder, which writes what is left. */
  readonly end: () => Promise<void>;
}

async function bench(): Promise<Bench> {
  const proxy = await cleanup.use(FaultProxy.start(inject('apiServerKubeconfig')));
  const direct = await connect(cleanup, inject('apiServerKubeconfig'));
  const client = await connect(cleanup, proxy.kubeconfig);
  const namespace = await freshNamespace(direct);
  const about = await direct.create(RESOURCES.ConfigMap, { metadata: { name: 'github', namespace } });
  const warnings: string[] = [];
  const log = pino(
    { level: 'warn' },
    { write: (line) => void warnings.push((JSON.parse(line) as { err: Error }).err.message) },
  );
  const recorder = new EventRecorder({ client, controller: 'sallyport.dev/operator', instance: 'operator-0', log });
  const abort = new AbortController();
  const ended = recorder.start(abort.signal);
  const end = (): Promise<void> => {
    abort.abort();
    return ended;
  };
  cleanup.defer(end);
  const events = async (): Promise<RawObject[]> => (await direct.list(RESOURCES.Event, { namespace })).items;
  return { client: direct, proxy, namespace, about, recorder, warnings, events, end };
}

it('an event names its object, its reason and who saw it', async () => {
  const { namespace, about, recorder, events } = await bench();
  recorder.event(about, 'Warning', 'PolicyRejected', 'tool "x" is in no pack', 'Compile');
  const [event] = await eventually('the event is there', async () => {
    const found = await events();
    return found.length > 0 && found;
  });
  expect(event).toMatchObject({
    regarding: { kind: 'ConfigMap', apiVersion: 'v1', namespace, name: 'github', uid: about.metadata.uid },
    type: 'Warning',
    reason: 'PolicyRejected',
    action: 'Compile',
    note: 'tool "x" is in no pack',
    reportingController: 'sallyport.dev/operator',
    reportingInstance: 'operator-0',
  });
  const described = await kubectl(inject('apiServerKubeconfig'), ['-n', namespace, 'describe', 'configmap', 'github']);
  expect(described).toMatch(/Warning\s+PolicyRejected\s+.*sallyport\.dev\/operator\s+tool "x" is in no pack/);
});

it('the same news again and again is one event with a count', async () => {
  const { about, recorder, events, end } = await bench();
  for (let i = 0; i < 50; i += 1) recorder.event(about, 'Normal', 'Injected', 'pod web-1');
  recorder.event(about, 'Normal', 'Injected', 'pod web-2');
  await end();
  const counts = (await events()).map(({ note, series }) => [note, (series as { count?: number } | undefined)?.count]);
  expect(new Map(counts as [string, number | undefined][])).toEqual(
    new Map([
      ['pod web-1', 50],
      ['pod web-2', undefined],
    ]),
  );
});

it('news that comes later still counts, and is written without haste', async () => {
  const { about, recorder, events, proxy, end } = await bench();
  recorder.event(about, 'Normal', 'Injected', 'pod web-1');
  await eventually('it is there', async () => (await events()).length === 1);
  for (let i = 0; i < 9; i += 1) {
    recorder.event(about, 'Normal', 'Injected', 'pod web-1');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(proxy.requests.length).toBeLessThanOrEqual(2);
  await end();
  expect((await events())[0]?.['series']).toMatchObject({ count: 10 });
});

it('one object cannot flood the namespace', async () => {
  const { about, recorder, events, end } = await bench();
  for (let i = 0; i < 100; i += 1) recorder.event(about, 'Normal', 'Injected', `pod web-${i}`);
  recorder.event(
    { apiVersion: 'v1', kind: 'Pod', namespace: about.metadata.namespace ?? '', name: 'other' },
    'Normal',
    'Other',
    'x',
  );
  await end();
  const found = await events();
  expect(found).toHaveLength(26);
  expect(found.filter(({ reason }) => reason === 'Other')).toHaveLength(1);
});

it('an event that has expired begins anew', async () => {
  const { client, namespace, about, recorder, events, end } = await bench();
  recorder.event(about, 'Normal', 'Injected', 'pod web-1');
  const [first] = await eventually('it is there', async () => {
    const found = await events();
    return found.length > 0 && found;
  });
  await client.delete(RESOURCES.Event, { namespace, name: first?.metadata.name ?? '' });
  recorder.event(about, 'Normal', 'Injected', 'pod web-1');
  await end();
  const [again, ...rest] = await events();
  expect(rest).toEqual([]);
  expect(again?.metadata.name).not.toBe(first?.metadata.name);
  expect(again?.['series']).toMatchObject({ count: 2 });
});

it('what the server refuses is dropped, said once, and the next event goes out', async () => {
  const { about, recorder, events, proxy, warnings, end } = await bench();
  const refusal = '{"message":"events.events.k8s.io is forbidden: User \\"x\\" cannot create resource \\"events\\""}';
  proxy.inject(() => true, { kind: 'answer', status: 403, body: refusal }, 2);
  for (const pod of ['a', 'b', 'c']) recorder.event(about, 'Normal', 'Injected', pod);
  await end();
  expect((await events()).map(({ note }) => note)).toEqual(['c']);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('{apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create"]}');
});

it('what is too long is cut, and what has no namespace goes to default', async () => {
  const { client, recorder, end, events, about, warnings } = await bench();
  recorder.event(about, 'Normal', 'R'.repeat(300), 'né'.repeat(1_000));
  const name = `cluster-wide-${about.metadata.uid}`;
  recorder.event({ apiVersion: 'v1', kind: 'Namespace', name }, 'Normal', 'Seen', 'x');
  await end();
  expect(warnings).toEqual([]);
  expect((await events())[0]?.['note']).toMatch(/^(né)+n?\.\.\.$/);
  const { items } = await client.list(RESOURCES.Event, { namespace: 'default' });
  expect(items.filter(({ regarding }) => (regarding as { name: string }).name === name)).toHaveLength(1);
});
