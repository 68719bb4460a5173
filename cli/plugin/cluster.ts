/**
 * The requests of a cluster through kubectl: with its kubeconfig, contexts, certificates, proxies and exec plugins a user gets in here as
 * they do everywhere else, and whatever they may do there is what Kubernetes lets them.
 */
import type { ApprovalDecision, ApprovalRequest } from '../../core/api/approval-request.ts';
import { UserError } from '../errors.ts';
import { type Access, runKubectl } from '../kubectl.ts';
import { visible } from '../../core/shown/terminal-text.ts';
import { refusalOf } from './refusal.ts';

export interface Where extends Access {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
}

const KIND = 'approvalrequests.sallyport.dev';

/** As the API server gives it. */
export type Stored = ApprovalRequest & {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string; readonly creationTimestamp?: string };
};

export interface User {
  readonly username: string;
  readonly groups?: readonly string[];
}

export class Cluster {
  readonly #where: Where;

  constructor(where: Where) {
    this.#where = where;
  }

  /** Words for kubectl that name what is asked for. */
  listArgs(all: boolean): string[] {
    return [KIND, ...namespaceArgs(this.#where), ...(all ? [] : ['--field-selector=status.state=Pending'])];
  }

  list(all: boolean): Stored[] {
    return itemsIn(this.#run(['get', ...this.listArgs(all), '-o', 'json'], 'what waits'));
  }

  /** All of the server of a request that are kept, as far as this user may list them. */
  keptOf({ metadata, spec }: Stored): Stored[] | undefined {
    try {
      const args = ['get', KIND, '-n', metadata.namespace, `--field-selector=spec.server=${spec.server}`, '-o', 'json'];
      return itemsIn(this.#run(args, 'what was before'));
    } catch {
      return undefined;
    }
  }

  get(name: string): Stored {
    return this.#one(['get', KIND, name, ...namespaceArgs(this.#where)], name);
  }

  /**
   * One vote on exactly this object, or none: with its resourceVersion the API server refuses where anything of it is other by now, such as
   * another request under the same name.
   */
  vote({ metadata }: Stored, decision: ApprovalDecision, reason: string | undefined): Stored {
    const { name, namespace, resourceVersion } = metadata;
    const status = { decision, ...(reason === undefined ? {} : { reason }) };
    const patch = JSON.stringify({ metadata: { resourceVersion }, status });
    return this.#one(
      ['patch', KIND, name, '-n', namespace, '--subresource=status', '--type=merge', '-p', patch],
      `${namespace}/${name}`,
    );
  }

  /** As the API server knows this user; undefined where it does not say. */
  whoAmI(): User | undefined {
    const { status, stdout } = runKubectl(this.#where, ['auth', 'whoami', '-o', 'json']);
    if (status !== 0) return undefined;
    return (JSON.parse(stdout) as { status?: { userInfo?: User } }).status?.userInfo;
  }

  /** Made as it is; what the API server makes of it. */
  create(object: { readonly metadata: { readonly namespace: string } }, what: string): unknown {
    const args = ['create', '-n', object.metadata.namespace, '-f', '-', '-o', 'json'];
    return JSON.parse(this.#run(args, what, JSON.stringify(object)));
  }

  #one(args: readonly string[], name: string): Stored {
    const object: unknown = JSON.parse(this.#run([...args, '-o', 'json'], `approval ${visible(name)}`));
    if (isRequest(object)) return object;
    throw new UserError(`approval ${visible(name)} is not what this version knows`, 'install a newer plugin');
  }

  #run(args: readonly string[], what: string, input = ''): string {
    const { status, stdout, stderr } = runKubectl(this.#where, args, input);
    if (status === 0) return stdout;
    throw refusalOf(stderr, what);
  }
}

function itemsIn(text: string): Stored[] {
  const { items } = JSON.parse(text) as { items?: unknown };
  return Array.isArray(items) ? items.filter(isRequest) : [];
}

function namespaceArgs({ namespace, allNamespaces }: Where): string[] {
  if (allNamespaces === true) return ['-A'];
  return namespace === undefined ? [] : ['-n', namespace];
}

/** The API server holds objects to their schema, which may be of another version than ours: only what nothing goes without is asked for. */
export function isRequest(value: unknown): value is Stored {
  if (typeof value !== 'object' || value === null || !('spec' in value) || !('metadata' in value)) return false;
  const { spec } = value;
  return typeof spec === 'object' && spec !== null && 'expiresAt' in spec && 'principal' in spec;
}
