import { expect, test } from 'vitest';
import { isLive, isReady, lacksGateImage, type Pod, prunePod } from './pod.ts';
import { pod } from './testing/gen.ts';

const full = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    ...{
      name: 'a',
      namespace: 'finance',
      uid: 'u',
      resourceVersion: '7',
      labels: { app: 'ledger' },
      generateName: 'a-',
    },
    annotations: { 'sallyport.dev/server': 'ledger', 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    finalizers: ['x'],
  },
  spec: {
    containers: [
      { name: 'app', image: 'x', env: [{ name: 'PASSWORD', value: 'geheim' }], ports: [{ containerPort: 1 }] },
    ],
    initContainers: [{ name: 'sallyport', restartPolicy: 'Always', command: ['x'] }],
    volumes: [{ name: 'x' }],
    nodeName: 'n1',
  },
  status: { phase: 'Running', podIP: '10.0.0.1', qosClass: 'Burstable', containerStatuses: [{}] },
} as unknown as Pod;

test('of a pod only what is read is kept: no environment, no volumes, no annotations of others', () => {
  expect(prunePod(full)).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...{ name: 'a', namespace: 'finance', uid: 'u', resourceVersion: '7', labels: { app: 'ledger' } },
      annotations: { 'sallyport.dev/server': 'ledger' },
    },
    spec: {
      containers: [{ name: 'app', ports: [{ containerPort: 1 }] }],
      initContainers: [{ name: 'sallyport', restartPolicy: 'Always' }],
    },
    status: { phase: 'Running', podIP: '10.0.0.1' },
  });
});

test('pruning once more changes nothing, and a pod without a status has an empty one', () => {
  expect(prunePod(prunePod(full))).toEqual(prunePod(full));
  const { status: _, ...young } = full;
  expect(prunePod(young as Pod).status).toEqual({});
});

test.each([
  ['runs', {}, true],
  ['has not started', { status: { phase: 'Pending' } }, true],
  ['has ended well', { status: { phase: 'Succeeded' } }, false],
  ['has failed', { status: { phase: 'Failed' } }, false],
])('a pod that %s: live is %s', (_, more, expected) => {
  expect(isLive({ ...pod(), ...more })).toBe(expected);
});

test('a pod on its way out is not live, though it may still be ready', () => {
  const leaving = pod();
  leaving.metadata.deletionTimestamp = '2026-11-21T10:00:00Z';
  expect([isLive(leaving), isReady(leaving)]).toEqual([false, true]);
});

test.each([
  ['cannot be fetched', 'sallyport', { waiting: { reason: 'ErrImagePull', message: 'denied' } }, true],
  ['could not be fetched', 'sallyport', { waiting: { reason: 'ImagePullBackOff' } }, true],
  ['is being started', 'sallyport', { waiting: { reason: 'PodInitializing' } }, false],
  ['runs', 'sallyport', { running: {} }, false],
  ["is another container's", 'fetch', { waiting: { reason: 'ErrImagePull' } }, false],
])("the gate's image %s", (_, name, state, expected) => {
  const statuses = [
    { name: 'other', state: {} },
    { name, state, image: 'x' },
  ];
  const pruned = prunePod({ ...pod(), status: { initContainerStatuses: statuses } } as Pod);
  expect(lacksGateImage(pruned)).toBe(expected);
  expect(JSON.stringify(pruned)).not.toContain('denied');
});
