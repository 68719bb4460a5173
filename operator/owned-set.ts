/**
 * Keeps what a server owns as it should be, whatever kind it is of. Builders say how an object should be; this applies it (server-side,
 * so that fields of others stay theirs), spares the API server what it knows already, leaves alone what is somebody else's, and takes
 * away what is wanted no longer.
 */
import { contentDigest } from './content-digest.ts';
import type { ApiClient } from './kit/api-client.ts';
import { isControlledBy } from './kit/owner.ts';
import type { KubeObject, KubeObjectInput, RawObject, Ref, Resource } from './kit/resource.ts';
import type { Store } from './kit/store.ts';

/** As caches keep it. */
export interface OwnedObject extends KubeObject {
  /** See content-digest.ts. */
  readonly digest: string;
}

export interface OwnedKind {
  readonly resource: Resource;
  /** What is there, as far as has been heard; an index `owner` finds it by the uid of its owner. */
  readonly cache: Pick<Store<OwnedObject>, 'get' | 'byIndex'>;
  /**
   * An object of that name is there and is not the owner's: leave it, and let the conditions speak; refuse, since nothing works without
   * it; or adopt it, where nobody but us can have made it.
   */
  readonly ifTaken: 'leave' | 'refuse' | 'adopt';
}

export interface Wanted {
  readonly kind: OwnedKind;
  readonly object: KubeObjectInput & { readonly metadata: { readonly name: string } };
}

/** An object of a name that we need is there and is not ours. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
}

/** What was applied last, and what the API server made of it: it fills in defaults, so what is there need not equal what was sent. */
interface Applied {
  readonly wanted: string;
  readonly became: string;
}

export class OwnedSet {
  readonly #client: Pick<ApiClient, 'apply' | 'find' | 'delete'>;
  /** By the uid of the owner, then by kind and name. */
  readonly #applied = new Map<string, Map<string, Applied>>();

  constructor(client: Pick<ApiClient, 'apply' | 'find' | 'delete'>) {
    this.#client = client;
  }

  /** All that is wanted, and of `prunable` kinds nothing else. */
  async keep(owner: RawObject, wanted: readonly Wanted[], prunable: readonly OwnedKind[]): Promise<void> {
    for (const one of wanted) await this.apply(owner, one);
    for (const kind of prunable) await this.#prune(owner, kind, wanted);
  }

  /** Applying is idempotent but not free: a thousand servers must not cost a thousand writes each time somebody looks. */
  async apply(owner: RawObject, one: Wanted): Promise<void> {
    if (this.isAsWanted(owner, one)) return;
    const { kind, object } = one;
    if (kind.ifTaken !== 'adopt' && (await this.#isForeign(owner, one))) {
      if (kind.ifTaken === 'leave') return;
      const { name } = object.metadata;
      throw new NameTakenError(
        `${kind.resource.kind} ${name} exists and is not this ${owner.kind}'s; delete it or give the ${owner.kind} another name`,
      );
    }
    const written = await this.#client.apply(kind.resource, object);
    this.#remember(owner, one, { wanted: contentDigest(object), became: contentDigest(written) });
  }

  /** Whether there is nothing to write: it says what we would send, or what came of it when we sent it last. */
  isAsWanted(owner: RawObject, one: Wanted): boolean {
    const known = one.kind.cache.get(refOf(owner, one));
    if (known === undefined) return false;
    const wanted = contentDigest(one.object);
    const last = this.#applied.get(owner.metadata.uid ?? '')?.get(idOf(one));
    // A cache that lags behind our last word may show what was wanted before it, and is wanted again.
    if (last !== undefined && last.wanted !== wanted) return false;
    return known.digest === wanted || known.digest === last?.became;
  }

  /** Of an owner that is gone: what it owned goes with it, by its owner references. */
  forget(uid: string | undefined): void {
    this.#applied.delete(uid ?? '');
  }

  /** The cache may not have heard of what somebody else made just now. */
  async #isForeign(owner: RawObject, one: Wanted): Promise<boolean> {
    const ref = refOf(owner, one);
    const actual = one.kind.cache.get(ref) ?? (await this.#client.find(one.kind.resource, ref));
    return actual !== undefined && !isControlledBy(actual, owner);
  }

  async #prune(owner: RawObject, kind: OwnedKind, wanted: readonly Wanted[]): Promise<void> {
    const { uid = '', namespace = '' } = owner.metadata;
    const names = new Set(wanted.filter((one) => one.kind === kind).map(({ object }) => object.metadata.name));
    for (const { metadata } of kind.cache.byIndex('owner', uid)) {
      if (names.has(metadata.name) || metadata.uid === undefined) continue;
      await this.#client.delete(kind.resource, { namespace, name: metadata.name }, { uid: metadata.uid });
    }
  }

  #remember(owner: RawObject, one: Wanted, applied: Applied): void {
    const uid = owner.metadata.uid ?? '';
    const ofOwner = this.#applied.get(uid) ?? new Map<string, Applied>();
    this.#applied.set(uid, ofOwner);
    ofOwner.set(idOf(one), applied);
  }
}

function idOf({ kind, object }: Wanted): string {
  return `${kind.resource.kind}/${object.metadata.name}`;
}

function refOf(owner: RawObject, { object }: Wanted): Ref {
  return { namespace: owner.metadata.namespace ?? '', name: object.metadata.name };
}
