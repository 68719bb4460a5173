/**
 * Whether the API server is new enough, asked once when it first answers. On one that is too old the operator ends with a sentence that
 * says so, instead of waiting for ever for kinds and fields that will not come.
 */
import type { Logger } from 'pino';
import type { ApiClient } from '../kit/api-client.ts';
import { Backoff, type BackoffOptions } from '../kit/backoff.ts';
import { aborted, sleep, type Timers } from '../kit/clock.ts';
import type { Runnable } from '../kit/manager.ts';

/** The oldest minor version of Kubernetes 1 that has all of this, and from which on it is on by default. */
const NEEDS: readonly (readonly [minor: number, what: string])[] = [
  [31, 'selectable fields of CustomResourceDefinitions (on by default from 1.31)'],
  [30, 'ValidatingAdmissionPolicy of admissionregistration.k8s.io/v1 (there from 1.30)'],
];
const OLDEST = Math.max(...NEEDS.map(([minor]) => minor));

const RETRY: BackoffOptions = { firstMs: 250, maxMs: 5_000, jitter: 0.2, resetAfterMs: 60_000 };

/**
 * `v1.30.4` → the sentence that says what it lacks; undefined: it is new enough, or says of itself what nobody understands (a build without a
 * version says v0.0.0-master+$Format:%H$), and then what is missing is said where it is missed.
 */
export function tooOld(gitVersion: string): string | undefined {
  const minor = /^v1\.(\d{1,4})(?!\d)/.exec(gitVersion)?.[1];
  if (minor === undefined || Number(minor) >= OLDEST) return undefined;
  const lacks = NEEDS.filter(([from]) => Number(minor) < from).map(([, what]) => what);
  return `Sallyport needs Kubernetes 1.${OLDEST} or newer, and this cluster, which is ${gitVersion}, lacks ${lacks.join(' and ')}; upgrade the cluster first.`;
}

export interface ClusterVersionOptions {
  readonly client: Pick<ApiClient, 'serverVersion'>;
  readonly clock: Timers;
  readonly log: Logger;
}

export class ClusterVersion implements Runnable {
  readonly name = 'cluster version';
  readonly needsLeader = false;
  readonly #options: ClusterVersionOptions;

  constructor(options: ClusterVersionOptions) {
    this.#options = options;
  }

  /** Throws the sentence where the cluster is too old. */
  async start(signal: AbortSignal): Promise<void> {
    const version = await this.#ask(signal);
    const problem = version === undefined ? undefined : tooOld(version);
    if (problem !== undefined) {
      this.#options.log.fatal({ version }, problem);
      throw new Error(problem);
    }
    this.#options.log.info({ version }, 'the version of the cluster');
    await aborted(signal);
  }

  async #ask(signal: AbortSignal): Promise<string | undefined> {
    const { client, clock, log } = this.#options;
    const retry = new Backoff(RETRY, clock);
    do {
      try {
        return await client.serverVersion({ signal });
      } catch (error) {
        // Others say why the API server does not answer; they cannot do without it.
        log.debug({ err: error }, 'the version of the cluster could not be asked for');
      }
    } while (await sleep(clock, retry.next(), signal));
    return undefined;
  }
}
