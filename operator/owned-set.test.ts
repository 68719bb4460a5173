/** What is decided before anything is sent; that it arrives is tested on a real API server (test/cluster/api/operator/owned-set.test.ts). */
import { beforeEach, describe, expect, test } from 'vitest';
import { contentDigest } from './content-digest.ts';
import type { ApiClient } from './kit/api-client.ts';
import { ownerReference } from './kit/owner.ts';
import { RESOURCES } from './kit/kubernetes-resources.ts';
import { Store } from './kit/store.ts';
import { type OwnedKind, type OwnedObject, OwnedSet, type Wanted } from './owned-set.ts';
import { mcpServer } from './testing/gen.ts';

const owner = mcpServer({ uid: 'uid' });
const meta = { name: 'notes', namespace: 'finance', ownerReferences: [ownerReference(owner)] };
const object = (text: string) => ({ metadata: meta, data: { text } });

let cache: Store<OwnedObject>;
let kind: OwnedKind;
let sent: object[];
let owned: OwnedSet;
let version = 0;

/** Whatever is sent is stored with a default beside it, as an API server would. */
const client = {
  apply: (_: unknown, applied: object) => {
    sent.push(applied);
    return Promise.resolve({ ...applied, immutable: false });
  },
} as unknown as ApiClient;

beforeEach(() => {
  cache = new Store<OwnedObject>();
  kind = { resource: RESOURCES.ConfigMap, cache, ifTaken: 'adopt' };
  sent = [];
  owned = new OwnedSet(client);
});

const wanted = (text: string): Wanted => ({ kind, object: object(text) });

/** What the cache shows. */
function show(content: { metadata: object }): void {
  const metadata = { ...meta, ...content.metadata, uid: 'notes', resourceVersion: String(version++) };
  cache.set({ apiVersion: 'v1', kind: 'ConfigMap', metadata, digest: contentDigest(content) });
}

describe('an object', () => {
  test('that no cache shows is sent', async () => {
    await owned.apply(owner, wanted('one'));
    expect(sent).toEqual([object('one')]);
  });

  test('that says what is wanted, as an earlier process left it, is not', async () => {
    show(object('one'));
    await owned.apply(owner, wanted('one'));
    expect(sent).toEqual([]);
  });

  test('to which the API server added defaults is sent once', async () => {
    await owned.apply(owner, wanted('one'));
    show({ ...object('one'), immutable: false } as never);
    await owned.apply(owner, wanted('one'));
    expect(sent).toHaveLength(1);
  });

  test('that somebody changed is sent again', async () => {
    await owned.apply(owner, wanted('one'));
    show(object('theirs'));
    await owned.apply(owner, wanted('one'));
    expect(sent).toHaveLength(2);
  });

  test('that is to be another one is sent', async () => {
    await owned.apply(owner, wanted('one'));
    show({ ...object('one'), immutable: false } as never);
    await owned.apply(owner, wanted('two'));
    expect(sent).toEqual([object('one'), object('two')]);
  });

  test('is sent when the wish went back before the cache showed what was written', async () => {
    show(object('one'));
    await owned.apply(owner, wanted('two'));
    await owned.apply(owner, wanted('one'));
    expect(sent).toEqual([object('two'), object('one')]);
  });

  test('of an owner that is gone is forgotten', async () => {
    await owned.apply(owner, wanted('two'));
    show(object('one'));
    owned.forget('uid');
    expect(owned.isAsWanted(owner, wanted('one'))).toBe(true);
  });
});
