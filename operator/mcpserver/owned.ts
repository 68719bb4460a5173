/** Keeps the objects that a server owns as they should be: its Service, and its Deployment where the operator runs the image. */
import { type Caches, digestOfData, type Service } from '../caches.ts';
import type { ApiClient } from '../kit/api-client.ts';
import { sameStatus } from '../kit/conditions.ts';
import { isControlledBy } from '../kit/owner.ts';
import type { KubeObjectInput, RawObject, Ref } from '../kit/resource.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { desiredDeployment, desiredService } from './desired.ts';
import type { ServerFacts } from './facts.ts';
import { NameTakenError } from './refusal.ts';

/** What was applied last, and what the API server made of it: another generation means that somebody else wrote since. */
interface Applied {
  readonly digest: string;
  readonly generation: number | undefined;
}

export class OwnedObjects {
  readonly #client: ApiClient;
  readonly #caches: Caches;
  readonly #applied = new Map<string, Applied>();

  constructor(client: ApiClient, caches: Caches) {
    this.#client = client;
    this.#caches = caches;
  }

  async apply(facts: ServerFacts): Promise<void> {
    await this.#applyService(facts);
    const { run } = facts.server.spec;
    if (run !== undefined) await this.#applyDeployment(facts.object, desiredDeployment(facts.object, run));
    else await this.#dropDeployment(facts.object);
  }

  /** Applying is idempotent but not free: a thousand servers must not cost a thousand writes each time somebody looks. */
  async #applyService({ object, selector, nameTakenBy }: ServerFacts): Promise<void> {
    if (nameTakenBy !== undefined) return;
    const desired = desiredService(object, selector);
    const known = this.#caches.services.get(refOf(object));
    if (known !== undefined && isAsWanted(known, desired as unknown as Service)) return;
    // The cache may not have heard of a Service that somebody else made just now; theirs is left alone.
    const actual = known ?? (await this.#client.find(RESOURCES.Service, refOf(object)));
    if (actual !== undefined && !isControlledBy(actual, object)) return;
    await this.#client.apply(RESOURCES.Service, desired);
  }

  /** The API server fills in defaults, so what is there never equals what was sent; generations tell whether it changed since. */
  async #applyDeployment(owner: RawObject, desired: KubeObjectInput): Promise<void> {
    const key = owner.metadata.uid ?? '';
    const digest = digestOfData(desired);
    const last = this.#applied.get(key);
    const known = this.#caches.deployments.get(refOf(owner));
    if (known !== undefined && last?.digest === digest && last.generation === known.metadata.generation) return;
    const actual = known ?? (await this.#client.find(RESOURCES.Deployment, refOf(owner)));
    if (actual !== undefined && !isControlledBy(actual, owner)) {
      throw new NameTakenError(
        `Deployment ${owner.metadata.name} exists and is not this MCPServer's; delete it or give the MCPServer another name`,
      );
    }
    const applied = await this.#client.apply(RESOURCES.Deployment, desired);
    this.#applied.set(key, { digest, generation: applied.metadata.generation });
  }

  /** A server that changed from an image to a workload leaves its Deployment behind. */
  async #dropDeployment(owner: RawObject): Promise<void> {
    const current = this.#caches.deployments.get(refOf(owner));
    if (current === undefined || !isControlledBy(current, owner) || current.metadata.uid === undefined) return;
    await this.#client.delete(RESOURCES.Deployment, refOf(owner), { uid: current.metadata.uid });
  }

  forget(uid: string | undefined): void {
    this.#applied.delete(uid ?? '');
  }
}

function isAsWanted(actual: Service, desired: Service): boolean {
  const [port, ...more] = actual.spec.ports ?? [];
  const [wanted] = desired.spec.ports ?? [];
  return (
    actual.spec.type === desired.spec.type &&
    sameStatus(actual.spec.selector, desired.spec.selector) &&
    more.length === 0 &&
    port?.port === wanted?.port &&
    port?.targetPort === wanted?.targetPort
  );
}

function refOf({ metadata }: RawObject): Ref {
  const { namespace, name } = metadata;
  return { ...(namespace === undefined ? {} : { namespace }), name };
}
