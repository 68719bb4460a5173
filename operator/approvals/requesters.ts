/**
 * Who stands behind a principal, by `requesters` of the packs in the root namespace: users and groups of Kubernetes that may not decide
 * on its calls. Read from what is stored whenever somebody asks, so every replica says the same, and a change counts at once.
 */
import { MAX_KUBERNETES_NAMES, type Requester } from '../../core/api/requesters.ts';
import type { Caches } from '../caches.ts';
import type { RawObject } from '../kit/resource.ts';
import { parsePack } from '../parsed.ts';
import type { Spec } from './request.ts';

type Principal = Pick<Spec['principal'], 'name' | 'groups'>;

/** As the spec of a request has them; what is empty is left out. */
export type Behind = Pick<Spec['principal'], 'kubernetesUsers' | 'kubernetesGroups'>;

/** It cannot be told who stands behind the caller: nobody may be asked, since that might be who decides. */
export class UnknownRequesterError extends Error {
  override readonly name = 'UnknownRequesterError';
}

export class Requesters {
  readonly #caches: Pick<Caches, 'packsIn'>;
  readonly #rootNamespace: string;

  constructor(caches: Pick<Caches, 'packsIn'>, rootNamespace: string) {
    this.#caches = caches;
    this.#rootNamespace = rootNamespace;
  }

  /** @throws {UnknownRequesterError} a pack cannot be read, or names more than a request can carry */
  behind(namespace: string, principal: Principal): Behind {
    const found = [...this.#caches.packsIn(this.#rootNamespace)]
      .flatMap(requestersOf)
      .filter((one) => isAbout(one, namespace, principal));
    const [users, groups] = [
      sorted(found.flatMap((one) => one.users ?? [])),
      sorted(found.flatMap((one) => one.groups ?? [])),
    ];
    if (Math.max(users.length, groups.length) > MAX_KUBERNETES_NAMES) {
      throw new UnknownRequesterError(
        `the packs in ${this.#rootNamespace} name ${Math.max(users.length, groups.length)} users or groups behind ${principal.name}, and a request carries ${MAX_KUBERNETES_NAMES}; name a group that has them all`,
      );
    }
    return {
      ...(users.length === 0 ? {} : { kubernetesUsers: users }),
      ...(groups.length === 0 ? {} : { kubernetesGroups: groups }),
    };
  }

  /** Whether whoever stands behind a request is still who did when it was made. */
  areStill(namespace: string, { kubernetesUsers, kubernetesGroups, ...principal }: Spec['principal']): boolean {
    try {
      const now = this.behind(namespace, principal);
      return isSame(now.kubernetesUsers, kubernetesUsers) && isSame(now.kubernetesGroups, kubernetesGroups);
    } catch (error) {
      if (error instanceof UnknownRequesterError) return false;
      throw error;
    }
  }
}

function requestersOf(pack: RawObject): readonly Requester[] {
  if (pack.spec?.['requesters'] === undefined) return [];
  const parsed = parsePack(pack);
  if ('value' in parsed) return parsed.value.spec.requesters ?? [];
  const { namespace, name } = pack.metadata;
  throw new UnknownRequesterError(
    `pack ${namespace}/${name} cannot be read, so it is not known who stands behind a caller: ${parsed.problem}`,
  );
}

function isAbout({ principals, namespaces }: Requester, namespace: string, { name, groups }: Principal): boolean {
  if (namespaces?.includes(namespace) === false) return false;
  return principals.names?.includes(name) === true || groups.some((group) => principals.groups?.includes(group));
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function isSame(some: readonly string[] = [], others: readonly string[] = []): boolean {
  return some.length === others.length && some.every((name, at) => name === others[at]);
}
