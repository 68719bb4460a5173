import { describe, expect, it } from 'vitest';
import type { KubeObject } from './resource.ts';
import { keyOf, parseKey, Store, type Change } from './store.ts';

function object(name: string, version = '1', labels: Record<string, string> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: version, labels },
  };
}

function recorded(store: Store): string[] {
  const seen: string[] = [];
  store.onChange(({ type, object: { metadata } }: Change<KubeObject>) => {
    seen.push(`${type} ${metadata.name}@${metadata.resourceVersion}`);
  });
  return seen;
}

const names = (objects: Iterable<KubeObject>): string[] => [...objects].map(({ metadata }) => metadata.name).sort();

describe('keys', () => {
  it.each([
    { key: 'shop/github', ref: { namespace: 'shop', name: 'github' } },
    { key: 'shop', ref: { name: 'shop' } },
  ])('$key goes both ways', ({ key, ref }) => {
    expect(keyOf(ref)).toBe(key);
    expect(parseKey(key)).toEqual(ref);
  });
});

describe('Store', () => {
  it('tells what happened to an object, and nothing when it is the same version', () => {
    const store = new Store();
    const seen = recorded(store);
    store.set(object('a', '1'));
    store.set(object('a', '1'));
    store.set(object('a', '2'));
    store.delete('shop/a');
    store.delete('shop/a');
    expect(seen).toEqual(['added a@1', 'updated a@2', 'deleted a@2']);
    expect(store.size).toBe(0);
  });

  it('notices a namesake that was made anew with the version of the old one', () => {
    const store = new Store();
    const seen = recorded(store);
    store.set(object('a'));
    store.set({ ...object('a'), metadata: { ...object('a').metadata, uid: 'another' } });
    expect(seen).toEqual(['added a@1', 'updated a@1']);
  });

  it('deletes with a replace what is no longer there', () => {
    const store = new Store();
    store.set(object('gone'));
    store.set(object('same'));
    store.set(object('changed'));
    const seen = recorded(store);
    store.replace([object('same'), object('changed', '2'), object('new')]);
    expect(seen).toEqual(['deleted gone@1', 'updated changed@2', 'added new@1']);
    expect(names(store.list())).toEqual(['changed', 'new', 'same']);
  });

  it('finds objects by the values they have now', () => {
    const store = new Store();
    store.set(object('before', '1', { app: 'x' }));
    store.addIndex('app', ({ metadata }) => Object.values(metadata.labels ?? {}));
    store.set(object('a', '1', { app: 'x', also: 'y' }));
    expect(names(store.byIndex('app', 'x'))).toEqual(['a', 'before']);
    store.set(object('a', '2', { app: 'z' }));
    expect([
      names(store.byIndex('app', 'x')),
      names(store.byIndex('app', 'y')),
      names(store.byIndex('app', 'z')),
    ]).toEqual([['before'], [], ['a']]);
    store.delete('shop/a');
    expect(names(store.byIndex('app', 'z'))).toEqual([]);
  });

  it('refuses an index that is not there, or there twice', () => {
    const store = new Store();
    store.addIndex('app', () => []);
    expect(() => store.byIndex('other', 'x')).toThrow('the store has no index "other"');
    expect(() => store.addIndex('app', () => [])).toThrow('already has an index "app"');
  });

  it('deletes with a replace of a part only what is of that part', () => {
    const store = new Store();
    const of = (namespace: string, name: string) => ({ ...object(name), metadata: { namespace, name } });
    for (const one of [of('a', 'x'), of('a', 'y'), of('b', 'x')]) store.set(one);
    store.replace([of('a', 'y'), of('a', 'z')], ({ namespace }) => namespace === 'a');
    expect([...store.list()].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual([
      'a/y',
      'b/x',
      'a/z',
    ]);
  });

  it('tells every listener although one of them throws, and has changed all the same', () => {
    const store = new Store();
    store.onChange(() => {
      throw new Error('broken listener');
    });
    const seen = recorded(store);
    expect(() => store.replace([object('a'), object('b')])).toThrow(AggregateError);
    expect(seen).toEqual(['added a@1', 'added b@1']);
    expect(store.size).toBe(2);
  });
});
