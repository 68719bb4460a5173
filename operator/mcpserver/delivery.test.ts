/** When something is written and pods are pushed; that it arrives is tested on a real API server and node. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Caches } from '../caches.ts';
import { contentDigest } from '../content-digest.ts';
import { ApiError, type ApiClient } from '../kit/api-client.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import type { Ref } from '../kit/resource.ts';
import { OwnedSet } from '../owned-set.ts';
import { cachesWith, mcpServer, pod as podOf, REVISION } from '../testing/gen.ts';
import { ANNOTATION } from '../names.ts';
import { Delivery } from './delivery.ts';
import { desiredPolicyConfigMap } from './desired.ts';
import { ownedKinds } from './owned-kinds.ts';
import { readPod } from './pod-facts.ts';

const owner = mcpServer({ uid: 'ledger' });
const OTHER = `sha256:${'b'.repeat(64)}`;

let clock: FakeClock;
let writes: string[];
let refuse: Error | undefined;
let delivery: Delivery;
let caches: Caches;

beforeEach(() => {
  clock = new FakeClock();
  writes = [];
  refuse = undefined;
  const write = (what: string, answer: object) => {
    if (refuse !== undefined) throw refuse;
    writes.push(what);
    return Promise.resolve(answer);
  };
  const client = {
    apply: (_: unknown, object: object & { metadata: { name: string }; data?: object }) =>
      write(`${object.metadata.name} ${JSON.stringify(object.data)}`, object),
    mergePatch: (_: unknown, { name }: Ref) => write(name, {}),
  } as unknown as ApiClient;
  caches = cachesWith();
  delivery = new Delivery(client, new OwnedSet(client), clock);
});

describe('the ConfigMap', () => {
  const policy = (text: string) => desiredPolicyConfigMap(owner, { 'bundle.json': text });
  /** `stored` is what the cache shows. */
  const write = (text: string, stored: string | undefined) => {
    const { metadata } = policy('');
    const ref = { namespace: 'finance', name: metadata.name };
    if (stored === undefined) caches.configMaps.delete(`finance/${ref.name}`);
    else
      caches.configMaps.set({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { ...metadata, ...ref },
        digest: contentDigest(policy(stored)),
        ca: undefined,
        revisions: [],
      });
    return delivery.write(owner, { kind: ownedKinds(caches, true).policy, object: policy(text) });
  };

  test('is written when it is missing or different, and not when it is right', async () => {
    expect(await write('one', undefined)).toBeUndefined();
    await clock.advance(1_000);
    expect(await write('two', 'one')).toBeUndefined();
    expect(await write('two', 'two')).toBeUndefined();
    expect(writes).toEqual([
      'sallyport-policy-ledger {"bundle.json":"one"}',
      'sallyport-policy-ledger {"bundle.json":"two"}',
    ]);
  });

  test('right from the start, as an earlier process left it, is not written', async () => {
    await write('one', 'one');
    expect(writes).toEqual([]);
  });

  test('waits for more to come when changes come faster than five a second', async () => {
    await write('one', undefined);
    await clock.advance(50);
    expect(await write('two', 'one')).toBe(150);
    await clock.advance(100);
    expect(await write('three', 'one')).toBe(50);
    await clock.advance(50);
    expect(await write('three', 'one')).toBeUndefined();
    expect(writes).toHaveLength(2);
  });

  test('is written when the wish went back before the cache showed what was written', async () => {
    await write('one', 'one');
    await write('two', 'one');
    await clock.advance(500);
    await write('one', 'one');
    expect(writes.map((line) => line.split(' ')[1])).toEqual(['{"bundle.json":"two"}', '{"bundle.json":"one"}']);
  });

  test('that could not be written is tried again', async () => {
    refuse = new Error('no');
    await expect(write('one', undefined)).rejects.toThrow('no');
    refuse = undefined;
    await write('one', undefined);
    expect(writes).toHaveLength(1);
  });

  test('of a server that is gone is forgotten', async () => {
    await write('one', undefined);
    delivery.forget('ledger');
    expect(await write('two', undefined)).toBeUndefined();
  });
});

describe('a pod', () => {
  const facts = (asked?: string, enforces?: string) =>
    readPod(
      podOf({
        uid: 'pod',
        ...(enforces === undefined ? {} : { enforces }),
        ...(asked === undefined ? {} : { annotations: { [ANNOTATION.revision]: asked } }),
      }),
    );

  test('is pushed once for a revision, and again with growing pauses until it says that it enforces it', async () => {
    expect(await delivery.touch([facts()], REVISION)).toBe(2_000);
    const pushedAt: number[] = [];
    for (let ms = 0; ms < 70_000; ms += 500) {
      await clock.advance(500);
      const before = writes.length;
      await delivery.touch([facts(REVISION)], REVISION);
      if (writes.length > before) pushedAt.push(ms + 500);
    }
    expect(pushedAt).toEqual([2_000, 6_000, 14_000, 30_000, 62_000]);
    expect(await delivery.touch([facts(REVISION, REVISION)], REVISION)).toBeUndefined();
  });

  test('whose gate has not started is pushed once for a revision, however often somebody looks, also by another process', async () => {
    const pending = (asked?: string) => {
      const { pod } = facts(asked);
      return readPod({ ...pod, status: { phase: 'Pending' } });
    };
    expect(await delivery.touch([pending()], REVISION)).toBeUndefined();
    for (let look = 0; look < 10; look++) {
      await clock.advance(60_000);
      expect(await delivery.touch([pending(REVISION)], REVISION)).toBeUndefined();
    }
    delivery.forget('pod');
    expect(await delivery.touch([pending(REVISION)], REVISION)).toBeUndefined();
    expect(writes).toHaveLength(1);
    expect(await delivery.touch([pending(REVISION)], OTHER)).toBeUndefined();
    expect(writes).toHaveLength(2);
    // It has started meanwhile, with what it found.
    expect(await delivery.touch([facts(OTHER)], OTHER)).toBe(2_000);
  });

  test('that is pending behind a gate that speaks is pushed like any other', async () => {
    const { pod } = facts(undefined, OTHER);
    const speaks = readPod({ ...pod, status: { ...pod.status, phase: 'Pending' } });
    expect(await delivery.touch([speaks], REVISION)).toBe(2_000);
  });

  test('tells how long to wait for the next push', async () => {
    await delivery.touch([facts()], REVISION);
    await clock.advance(1_500);
    expect(await delivery.touch([facts(REVISION)], REVISION)).toBe(500);
  });

  test('is pushed at once for another revision, whatever it did with the last', async () => {
    await delivery.touch([facts()], REVISION);
    expect(await delivery.touch([facts(REVISION, REVISION)], OTHER)).toBe(2_000);
    expect(writes).toEqual(['ledger-1', 'ledger-1']);
  });

  test('that enforces the revision without having been asked is asked, so that its annotation is right', async () => {
    await delivery.touch([facts(undefined, REVISION)], REVISION);
    expect(writes).toEqual(['ledger-1']);
  });

  test('is told once how many there are, and again when that is another number', async () => {
    await delivery.tellReplicas([facts()], 2);
    await delivery.tellReplicas([facts()], 2);
    expect(writes).toEqual(['ledger-1']);
    await delivery.tellReplicas([facts()], 3);
    expect(writes).toHaveLength(2);
    const { pod } = facts();
    await delivery.tellReplicas([readPod({ ...pod, status: { phase: 'Pending' } })], 4);
    expect(writes).toHaveLength(2);
    delivery.forget('pod');
    await delivery.tellReplicas([facts()], 3);
    expect(writes).toHaveLength(3);
  });

  test('that is gone needs no policy; another refusal is told', async () => {
    const attempt = {
      verb: 'patch',
      resource: RESOURCES.Pod,
      ref: { namespace: 'finance', name: 'ledger-1' },
    } as const;
    refuse = new ApiError(attempt, 404, { details: { name: 'ledger-1' } });
    expect(await delivery.touch([facts()], REVISION)).toBeUndefined();
    refuse = new ApiError(attempt, 403, { message: 'cannot patch resource' });
    await expect(delivery.touch([facts()], REVISION)).rejects.toThrow('403');
  });
});
