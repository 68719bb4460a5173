/**
 * Brings changed client tokens and revocations to the pods at once: a revoked token must not work for another minute. The operator may not read
 * Secrets; it hears of a change from the admission of it, and all it does is make the kubelet look.
 */
import type { Logger } from 'pino';
import type { MCPServer } from '../../core/api/mcp-server.ts';
import type { Caches } from '../caches.ts';
import { type ApiClient, isNotFound } from '../kit/api-client.ts';
import type { Timers } from '../kit/clock.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { ANNOTATION } from '../names.ts';
import { isGatedBy, selectorOf } from '../placement.ts';
import { parseServer } from '../parsed.ts';
import { isLive, type Pod } from '../pod.ts';

/** A change is admitted before it is stored, and the kubelet's own watch may be a moment behind: look, and look once more. */
const LOOKS_MS = [200, 2_000];

export class TokenChanges {
  readonly #caches: Caches;
  readonly #client: ApiClient;
  readonly #clock: Timers;
  readonly #log: Logger;
  /** Secrets that are looked after already: however often they change meanwhile, pods are touched once. */
  readonly #coming = new Set<string>();

  constructor(caches: Caches, client: ApiClient, clock: Timers, log: Logger) {
    this.#caches = caches;
    this.#client = client;
    this.#clock = clock;
    this.#log = log;
  }

  /** Returns at once; what fails is logged, since the kubelet looks by itself within minutes. */
  announce(namespace: string, secretName: string): void {
    for (const ms of LOOKS_MS) {
      const key = `${namespace}/${secretName} ${ms}`;
      if (this.#coming.has(key)) continue;
      this.#coming.add(key);
      this.#clock.after(ms, () => {
        this.#coming.delete(key);
        this.#touch(namespace, secretName).catch((error: unknown) => {
          this.#log.warn({ err: error, namespace, secret: secretName }, 'new client tokens reach pods late');
        });
      });
    }
  }

  async #touch(namespace: string, secretName: string): Promise<void> {
    const annotations = { [ANNOTATION.tokens]: new Date(this.#clock.now()).toISOString() };
    await Promise.all(
      this.#podsUsing(namespace, secretName).map(async ({ metadata: { name } }) => {
        try {
          const patch = { metadata: { annotations } };
          await this.#client.mergePatch(RESOURCES.Pod, { namespace, name }, patch, { subresource: 'status' });
        } catch (error) {
          if (!isNotFound(error))
            this.#log.warn({ err: error, namespace, pod: name }, 'new client tokens reach this pod late');
        }
      }),
    );
  }

  #podsUsing(namespace: string, secretName: string): Pod[] {
    const pods = new Map<string, Pod>();
    for (const object of this.#caches.serversIn(namespace)) {
      const server = parseServer(object);
      if (!('value' in server) || !names(server.value.spec.access, secretName)) continue;
      for (const pod of this.#caches.podsOf(namespace, selectorOf(object))) {
        if (isLive(pod) && isGatedBy(object, pod)) pods.set(pod.metadata.name, pod);
      }
    }
    return [...pods.values()];
  }
}

function names(access: MCPServer['spec']['access'], secretName: string): boolean {
  return access?.tokens?.secretName === secretName || access?.revocations?.secretName === secretName;
}
