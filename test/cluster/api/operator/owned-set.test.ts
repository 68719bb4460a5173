/** The applier against the real API server: what is sent, what is left alone and what goes. */
import { beforeEach, describe, expect, inject, test } from 'vitest';
import { contentDigest } from '../../../../operator/content-digest.ts';
import { type ApiClient, isNotFound } from '../../../../operator/kit/api-client.ts';
import { controllerOf, ownerReference } from '../../../../operator/kit/owner.ts';
import type { RawObject, Resource } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { Store } from '../../../../operator/kit/store.ts';
import { type OwnedKind, type OwnedObject, OwnedSet, type Wanted } from '../../../../operator/owned-set.ts';
import { cleanupAfterEach } from '../../../support/cleanup.ts';
import { connect, freshNamespace } from '../kit/bench.ts';

const cleanup = cleanupAfterEach();
const { ConfigMap, Deployment, Service } = RESOURCES;

let client: ApiClient;
let namespace: string;
let owner: RawObject;
let owned: OwnedSet;
let kinds: Record<'ConfigMap' | 'Deployment' | 'Service', OwnedKind & { readonly cache: Store<OwnedObject> }>;

beforeEach(async () => {
  client = await connect(cleanup, inject('apiServerKubeconfig'), { fieldManager: 'owned-set' });
  namespace = await freshNamespace(client);
  owner = await make(ConfigMap, 'owner');
  owned = new OwnedSet(client);
  kinds = {
    ConfigMap: kindOf(ConfigMap, 'adopt'),
    Deployment: kindOf(Deployment, 'refuse'),
    Service: kindOf(Service, 'leave'),
  };
});

function kindOf(resource: Resource, ifTaken: OwnedKind['ifTaken']) {
  const cache = new Store<OwnedObject>();
  cache.addIndex('owner', (object) => [controllerOf(object)?.uid ?? '']);
  return { resource, cache, ifTaken };
}

function make(resource: Resource<RawObject>, name: string, content: object = {}): Promise<RawObject> {
  return client.create(resource, { metadata: { namespace, name }, ...content });
}

/** The caches as a reflector would have them now. */
async function sync(): Promise<void> {
  for (const { resource, cache } of Object.values(kinds)) {
    const { items } = await client.list(resource, { namespace });
    cache.replace(items.map((object) => Object.assign(object, { digest: contentDigest(object) })));
  }
}

const metadata = (name: string) => ({ namespace, name, ownerReferences: [ownerReference(owner)] });

function service(port = 80): Wanted {
  const spec = { selector: { app: 'ledger' }, ports: [{ name: 'mcp', port, targetPort: 8484 }] };
  return { kind: kinds.Service, object: { metadata: metadata('ledger'), spec } };
}

function deployment(image = 'wiki:1'): Wanted {
  const labels = { app: 'ledger' };
  // The API server writes this amount as it likes.
  const containers = [{ name: 'server', image, resources: { limits: { memory: '1024Mi' } } }];
  const spec = {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  };
  return { kind: kinds.Deployment, object: { metadata: metadata('ledger'), spec } };
}

const configMap = (text: string): Wanted => ({
  kind: kinds.ConfigMap,
  object: { metadata: metadata('policy'), data: { text } },
});

const get = (resource: Resource<RawObject>, name = 'ledger') => client.get(resource, { namespace, name });
const gone = (resource: Resource<RawObject>, name = 'ledger') =>
  get(resource, name).then(
    () => false,
    (error: unknown) => isNotFound(error),
  );

describe('an object of any kind', () => {
  test.each(['ConfigMap', 'Deployment', 'Service'] as const)('%s: is made, and then as wanted', async (name) => {
    const wanted = { ConfigMap: configMap('one'), Deployment: deployment(), Service: service() }[name];
    await owned.apply(owner, wanted);
    await sync();
    expect(owned.isAsWanted(owner, wanted)).toBe(true);
    const { resourceVersion } = (await get(wanted.kind.resource, wanted.object.metadata.name)).metadata;
    await owned.apply(owner, wanted);
    expect((await get(wanted.kind.resource, wanted.object.metadata.name)).metadata).toMatchObject({
      resourceVersion,
      ownerReferences: [{ uid: owner.metadata.uid, controller: true }],
    });
  });

  test('is brought back when somebody changes it, with what is theirs left to them', async () => {
    await owned.apply(owner, service());
    const theirs = { metadata: { annotations: { team: 'x' } }, spec: { selector: { app: 'other' } } };
    await client.mergePatch(Service, { namespace, name: 'ledger' }, theirs);
    await sync();
    await owned.apply(owner, service());
    const { spec, metadata: meta } = await get(Service);
    expect(spec?.['selector']).toEqual({ app: 'ledger' });
    expect(meta.annotations).toEqual({ team: 'x' });
  });

  test('is brought back when its selector was narrowed', async () => {
    await owned.apply(owner, service());
    await client.mergePatch(Service, { namespace, name: 'ledger' }, { spec: { selector: { tier: 'gold' } } });
    await sync();
    expect(owned.isAsWanted(owner, service())).toBe(false);
    await owned.apply(owner, service());
    expect((await get(Service)).spec?.['selector']).toEqual({ app: 'ledger' });
  });

  test('is not looked at again for its status', async () => {
    await owned.apply(owner, deployment());
    await client.mergePatch(
      Deployment,
      { namespace, name: 'ledger' },
      { status: { replicas: 1 } },
      { subresource: 'status' },
    );
    await sync();
    expect(owned.isAsWanted(owner, deployment())).toBe(true);
  });

  test('that an earlier process left is sent once more where the API server spells it differently', async () => {
    await owned.apply(owner, deployment());
    await sync();
    const next = new OwnedSet(client);
    expect(next.isAsWanted(owner, deployment())).toBe(false);
    await next.apply(owner, deployment());
    expect(next.isAsWanted(owner, deployment())).toBe(true);
    expect((await get(Deployment)).metadata.generation).toBe(1);
  });
});

describe("somebody else's object of the same name", () => {
  test('is left alone where the kind says so, whether a cache has heard of it or not', async () => {
    await make(Service, 'ledger', { spec: { ports: [{ port: 1234 }] } });
    await owned.apply(owner, service());
    await sync();
    await owned.apply(owner, service());
    expect((await get(Service)).spec?.['ports']).toMatchObject([{ port: 1234 }]);
  });

  test('is a reason to fail where nothing works without it, in words that say what to do', async () => {
    await make(Deployment, 'ledger', { spec: deployment().object['spec' as never] });
    await expect(owned.apply(owner, deployment('other:1'))).rejects.toThrow(
      "Deployment ledger exists and is not this ConfigMap's; delete it or give the ConfigMap another name",
    );
    expect(JSON.stringify((await get(Deployment)).spec)).toContain('wiki:1');
  });

  test('is adopted where only we can have made it', async () => {
    await make(ConfigMap, 'policy', { data: { text: 'old' } });
    await owned.apply(owner, configMap('new'));
    expect(await get(ConfigMap, 'policy')).toMatchObject({
      data: { text: 'new' },
      metadata: { ownerReferences: [{ uid: owner.metadata.uid }] },
    });
  });
});

describe('what is wanted no longer', () => {
  test('goes, and what is somebody else’s stays', async () => {
    await owned.keep(owner, [service(), deployment()], [kinds.Deployment]);
    await make(Deployment, 'theirs', { spec: deployment().object['spec' as never] });
    await sync();
    await owned.keep(owner, [service()], [kinds.Deployment]);
    expect(await gone(Deployment)).toBe(true);
    expect(await gone(Deployment, 'theirs')).toBe(false);
    expect(await gone(Service)).toBe(false);
  });

  test('stays where the kind is not among those that may go', async () => {
    await owned.keep(owner, [service()], []);
    await sync();
    await owned.keep(owner, [], []);
    expect(await gone(Service)).toBe(false);
  });
});
