/**
 * Brings a bundle to the pods: the ConfigMap first, then an annotation of each pod, which makes the kubelet refresh the mount at
 * once instead of within a minute. Keeps what it did last, since caches lag behind what was written.
 */
import type { Clock } from '../../core/clock.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { isNotFound } from '../kit/api-client.ts';
import type { RawObject } from '../kit/resource.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { ANNOTATION, OPERATOR_CA_KEY, policyConfigMapName } from '../names.ts';
import type { OwnedSet, Wanted } from '../owned-set.ts';
import type { Pod } from '../pod.ts';
import type { PodFacts } from './pod-facts.ts';

/** Changes that come faster are written together: the kubelet needs about a second between two syncs of a pod. */
const MIN_SPACING_MS = 200;
/** A kubelet that synced the pod before it heard of the new ConfigMap needs another push. */
const FIRST_RETRY_MS = 2_000;
const MAX_RETRY_MS = 60_000;

interface Touch {
  readonly revision: string;
  readonly at: number;
  readonly attempts: number;
}

export class Delivery {
  readonly #client: Pick<ApiClient, 'mergePatch'>;
  readonly #owned: OwnedSet;
  readonly #clock: Clock;
  /** When the policy of a server was written last. */
  readonly #writtenAt = new Map<string, number>();
  readonly #touches = new Map<string, Touch>();
  /** By pod, how many it was last told to be one of. */
  readonly #replicas = new Map<string, number>();

  constructor(client: Pick<ApiClient, 'mergePatch'>, owned: OwnedSet, clock: Clock) {
    this.#client = client;
    this.#owned = owned;
    this.#clock = clock;
  }

  /**
   * Writes the policy if it differs. Returns the milliseconds after which to come again where the write waits for more changes;
   * undefined when all is written.
   */
  async write(owner: RawObject, policy: Wanted): Promise<number | undefined> {
    if (this.#owned.isAsWanted(owner, policy)) return undefined;
    const key = owner.metadata.uid ?? '';
    const sinceLast = this.#clock.monotonic() - (this.#writtenAt.get(key) ?? -Infinity);
    if (sinceLast < MIN_SPACING_MS) return Math.ceil(MIN_SPACING_MS - sinceLast);
    await this.#owned.apply(owner, policy);
    this.#writtenAt.set(key, this.#clock.monotonic());
    return undefined;
  }

  /** Writes the certificates and leaves the bundle as it is. */
  async renewCa({ metadata: { namespace = '', name } }: RawObject, ca: string): Promise<void> {
    const ref = { namespace, name: policyConfigMapName(name) };
    await this.#client.mergePatch(RESOURCES.ConfigMap, ref, { data: { [OPERATOR_CA_KEY]: ca } });
  }

  /**
   * Touches the pods that do not enforce the revision yet: once, and again with growing pauses until they say that they do. One whose
   * gate has not started is touched once: it finds the newest when it starts, and may never do so. Returns the milliseconds until the next of them is due; undefined: none is.
   */
  async touch(pods: readonly PodFacts[], revision: string): Promise<number | undefined> {
    const waits = await Promise.all(pods.map((pod) => this.#touchOne(pod, revision)));
    const due = waits.filter((wait) => wait !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** Touches the pods once that were made, or told, when there were fewer or more of them. */
  async tellReplicas(pods: readonly PodFacts[], replicas: number): Promise<void> {
    const others = pods.filter(
      ({ pod, started }) => started && this.#replicas.get(pod.metadata.uid ?? '') !== replicas,
    );
    await Promise.all(
      others.map(async ({ pod }) => {
        await this.#annotate(pod, {});
        this.#replicas.set(pod.metadata.uid ?? '', replicas);
      }),
    );
  }

  /** Of a server or pod that is gone. */
  forget(uid: string | undefined): void {
    this.#writtenAt.delete(uid ?? '');
    this.#touches.delete(uid ?? '');
    this.#replicas.delete(uid ?? '');
  }

  async #touchOne({ pod, asked, enforces, started }: PodFacts, revision: string): Promise<number | undefined> {
    const uid = pod.metadata.uid ?? '';
    if (enforces === revision && asked === revision) {
      this.#touches.delete(uid);
      return undefined;
    }
    if (!started && asked === revision) return undefined;
    const known = this.#touches.get(uid);
    const last = known?.revision === revision ? known : undefined;
    const now = this.#clock.monotonic();
    if (last !== undefined) {
      const due = last.at + Math.min(FIRST_RETRY_MS * 2 ** (last.attempts - 1), MAX_RETRY_MS);
      if (now < due) return Math.ceil(due - now);
    }
    this.#touches.set(uid, { revision, at: now, attempts: (last?.attempts ?? 0) + 1 });
    if (!(await this.#annotate(pod, { [ANNOTATION.revision]: revision }))) {
      this.#touches.delete(uid);
      return undefined;
    }
    return started ? FIRST_RETRY_MS : undefined;
  }

  /** Makes the kubelet look again. False: the pod is gone, and needs no policy. */
  async #annotate(
    { metadata: { namespace, name } }: Pod,
    annotations: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    const touched = { ...annotations, [ANNOTATION.touched]: new Date(this.#clock.now()).toISOString() };
    try {
      await this.#client.mergePatch(
        RESOURCES.Pod,
        { ...(namespace === undefined ? {} : { namespace }), name },
        { metadata: { annotations: touched } },
        // Annotations can be written there too, and nothing else of a pod that would be worth a right.
        { subresource: 'status' },
      );
      return true;
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return false;
    }
  }
}
