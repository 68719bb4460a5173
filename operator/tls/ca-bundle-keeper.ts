/**
 * Keeps `caBundle` in the webhook configurations, which come from the chart without it. Applied by field, so that everything
 * else stays the chart's, and compared every few seconds, since a `kubectl replace` or a deployment tool may take it out again:
 * until it is back, nothing that a webhook has to see is admitted.
 */
import type { Logger } from 'pino';
import type { ApiClient } from '../kit/api-client.ts';
import { sleep, type Timers } from '../kit/clock.ts';
import type { Runnable } from '../kit/manager.ts';
import type { RawObject, Resource } from '../kit/resource.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import type { Certificates } from './certificates.ts';

/** An upgrade may bring a configuration: so long its webhook is trusted by nobody, and what it has to see is refused. */
const PERIOD_MS = 5_000;

export interface CaBundleKeeperOptions {
  readonly client: Pick<ApiClient, 'find' | 'apply'>;
  readonly certificates: Pick<Certificates, 'current' | 'onChange'>;
  /** Names of the configurations. */
  readonly webhooks: { readonly mutating: string; readonly validating: string };
  /** Of one that a chart may have or not. Looked for in any case: an upgrade brings it while the operator of before leads. */
  readonly optional: string;
  readonly clock: Timers;
  readonly log: Logger;
}

interface Configuration extends RawObject {
  webhooks?: { name: string; clientConfig: { caBundle?: string } }[];
}

interface Target {
  readonly resource: Resource<Configuration>;
  readonly name: string;
  /** Of it not being there; undefined: it need not be. */
  readonly loss?: string;
}

export class CaBundleKeeper implements Runnable {
  readonly name = 'webhook trust';
  readonly needsLeader = true;
  readonly #options: CaBundleKeeperOptions;
  readonly #targets: readonly Target[];
  /** What is wrong with a configuration, by its name; said in the log once. */
  readonly #problems = new Map<string, string>();

  constructor(options: CaBundleKeeperOptions) {
    this.#options = options;
    const { mutating, validating } = options.webhooks;
    this.#targets = [
      // First: a replica is ready when the others have theirs, and need not wait for this one (installation/guard.ts).
      { resource: RESOURCES.MutatingWebhookConfiguration, name: options.optional },
      { resource: RESOURCES.MutatingWebhookConfiguration, name: mutating, loss: 'no pod gets a gate' },
      {
        resource: RESOURCES.ValidatingWebhookConfiguration,
        name: validating,
        loss: 'no MCPServer or PolicyPack is checked',
      },
    ];
  }

  /** What keeps webhooks from being trusted, as sentences; none when all is well. */
  problems(): string[] {
    return [...this.#problems.values()];
  }

  async start(signal: AbortSignal): Promise<void> {
    const { certificates, clock } = this.#options;
    let changed = new AbortController();
    const stop = certificates.onChange(() => changed.abort());
    try {
      do {
        changed = new AbortController();
        await this.keep();
        await sleep(clock, PERIOD_MS, AbortSignal.any([signal, changed.signal]));
      } while (!signal.aborted);
    } finally {
      stop();
    }
  }

  /** One look at all of them. */
  async keep(): Promise<void> {
    for (const target of this.#targets) {
      try {
        this.#settle(target, await this.#keepOne(target));
      } catch (error) {
        this.#settle(target, `the caBundle of ${describe(target)} could not be kept: ${messageOf(error)}`);
      }
    }
  }

  async #keepOne(target: Target): Promise<string | undefined> {
    const { client, certificates, log } = this.#options;
    const { resource, name } = target;
    const found = await client.find(resource, { name });
    if (found === undefined) {
      if (target.loss === undefined) return undefined;
      return `there is no ${describe(target)}, so ${target.loss}; install the chart again, or name the one there is in the operator's configuration`;
    }
    const wanted = Buffer.from(certificates.current().caBundle).toString('base64');
    const webhooks = found.webhooks ?? [];
    const wrong = webhooks.filter(({ clientConfig }) => clientConfig.caBundle !== wanted);
    if (wrong.length === 0) return undefined;
    // Server-side apply with the list's key and the one field that is ours: the rest keeps its owner, whoever wrote it and how.
    await client.apply(resource, {
      metadata: { name },
      webhooks: webhooks.map((webhook) => ({ name: webhook.name, clientConfig: { caBundle: wanted } })),
    });
    log.info({ configuration: describe(target), webhooks: wrong.map((webhook) => webhook.name) }, 'caBundle written');
    return undefined;
  }

  #settle({ name }: Target, problem: string | undefined): void {
    if (problem === this.#problems.get(name)) return;
    if (problem === undefined) this.#problems.delete(name);
    else {
      this.#problems.set(name, problem);
      this.#options.log.error({ configuration: name }, problem);
    }
  }
}

function describe({ resource, name }: Target): string {
  return `${resource.kind} ${name}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
