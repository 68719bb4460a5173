/** The last known state of one kind, with indexes. Whoever reads it gets the stored objects themselves: never change them. */
import type { KubeObject, Ref } from './resource.ts';

/** Something that happened to an object. Hints for queues, not a journal: changes in between may be left out. */
export interface Change<T extends KubeObject> {
  readonly type: 'added' | 'updated' | 'deleted';
  readonly object: T;
  readonly previous?: T;
}

export type ChangeListener<T extends KubeObject> = (change: Change<T>) => void;

interface Index<T> {
  readonly valuesOf: (object: T) => readonly string[];
  readonly keys: Map<string, Set<string>>;
}

/** `namespace/name`, or `name` for kinds without namespaces. Neither part can hold a slash. */
export function keyOf(of: KubeObject | Ref): string {
  const ref = 'metadata' in of ? of.metadata : of;
  return ref.namespace === undefined || ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}`;
}

export function parseKey(key: string): Ref {
  const slash = key.indexOf('/');
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

export class Store<T extends KubeObject = KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  readonly #listeners: ChangeListener<T>[] = [];

  get size(): number {
    return this.#objects.size;
  }

  get(of: Ref | string): T | undefined {
    return this.#objects.get(typeof of === 'string' ? of : keyOf(of));
  }

  list(): Iterable<T> {
    return this.#objects.values();
  }

  /** The values an object is found under; asked again with every change. */
  addIndex(name: string, valuesOf: (object: T) => readonly string[]): void {
    if (this.#indexes.has(name)) throw new Error(`the store already has an index "${name}"`);
    const index: Index<T> = { valuesOf, keys: new Map() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) enter(index, key, object);
  }

  byIndex(name: string, value: string): Iterable<T> {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new Error(`the store has no index "${name}"`);
    const found: T[] = [];
    for (const key of index.keys.get(value) ?? []) found.push(this.#objects.get(key) as T);
    return found;
  }

  /** Listeners run after the store has changed, in the order of the changes. */
  onChange(listener: ChangeListener<T>): void {
    this.#listeners.push(listener);
  }

  /** A relist brings back mostly what is known; the same resource version is no change. */
  set(object: T): void {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    if (previous !== undefined && isSameVersion(previous, object)) return;
    this.#put(key, object, previous);
  }

  /** For what is more than the API server says of the object: a change of the same resource version. */
  renew(object: T): void {
    const key = keyOf(object);
    this.#put(key, object, this.#objects.get(key));
  }

  #put(key: string, object: T, previous: T | undefined): void {
    for (const index of this.#indexes.values()) {
      if (previous !== undefined) leave(index, key, previous);
      enter(index, key, object);
    }
    this.#objects.set(key, object);
    this.#tell(previous === undefined ? { type: 'added', object } : { type: 'updated', object, previous });
  }

  /** `last` is the state it was deleted in, where that is known. */
  delete(key: string, last?: T): void {
    const previous = this.#objects.get(key);
    if (previous === undefined) return;
    for (const index of this.#indexes.values()) leave(index, key, previous);
    this.#objects.delete(key);
    this.#tell({ type: 'deleted', object: last ?? previous, previous });
  }

  /** The whole state at once, or that of a part: what is not in it is gone, though nobody saw it go. */
  replace(objects: readonly T[], isInPart: (ref: Ref) => boolean = () => true): void {
    const present = new Set(objects.map((object) => keyOf(object)));
    const failures: unknown[] = [];
    const attempt = (step: () => void): void => {
      try {
        step();
      } catch (error) {
        failures.push(error);
      }
    };
    for (const [key, { metadata }] of [...this.#objects])
      if (!present.has(key) && isInPart(metadata)) attempt(() => this.delete(key));
    for (const object of objects) attempt(() => this.set(object));
    if (failures.length > 0) throw asOne(failures);
  }

  /** Every listener hears of every change; what one of them throws must not keep it from the others. */
  #tell(change: Change<T>): void {
    const failures: unknown[] = [];
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw asOne(failures);
  }
}

export function isSameVersion(a: KubeObject, b: KubeObject): boolean {
  return (
    a.metadata.resourceVersion !== undefined &&
    a.metadata.resourceVersion === b.metadata.resourceVersion &&
    a.metadata.uid === b.metadata.uid
  );
}

function enter<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.valuesOf(object)) {
    const keys = index.keys.get(value) ?? new Set<string>();
    index.keys.set(value, keys);
    keys.add(key);
  }
}

function leave<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.valuesOf(object)) {
    const keys = index.keys.get(value);
    keys?.delete(key);
    if (keys?.size === 0) index.keys.delete(value);
  }
}

function asOne(failures: readonly unknown[]): unknown {
  return failures.length === 1 ? failures[0] : new AggregateError(failures, 'several listeners of a store failed');
}
