/**
 * Whether what the chart installs beside the operator is there: the admission policies that make votes and gates trustworthy, and
 * webhooks that trust our certificate. Without the policies anybody who may patch a status could approve in any name, and who may edit
 * pods could speak as a gate, so an operator that cannot see them is not ready: no approvals, no injection, and kubectl says why.
 */
import type { Logger } from 'pino';
import type { ApiClient } from './kit/api-client.ts';
import { Backoff, type BackoffOptions } from './kit/backoff.ts';
import { sleep, type Timers } from './kit/clock.ts';
import type { Runnable } from './kit/manager.ts';
import { type RawObject, type Resource, RESOURCES } from './kit/resource.ts';
import { ADMISSION_POLICIES } from './names.ts';
import type { Certificates } from './tls/certificates.ts';

const CHECK_MS = 30_000;
/** At first often, so that an installation is ready as soon as it is; then less and less, since nobody may be at it. */
const RECHECK: BackoffOptions = { firstMs: 250, maxMs: 2_000, jitter: 0.2, resetAfterMs: CHECK_MS };

const POLICIES: readonly (readonly [Resource, string])[] = [
  [RESOURCES.MutatingAdmissionPolicy, ADMISSION_POLICIES.vote],
  [RESOURCES.MutatingAdmissionPolicyBinding, ADMISSION_POLICIES.vote],
  [RESOURCES.ValidatingAdmissionPolicy, ADMISSION_POLICIES.approvals],
  [RESOURCES.ValidatingAdmissionPolicyBinding, ADMISSION_POLICIES.approvals],
  [RESOURCES.ValidatingAdmissionPolicy, ADMISSION_POLICIES.injectedPods],
  [RESOURCES.ValidatingAdmissionPolicyBinding, ADMISSION_POLICIES.injectedPods],
  [RESOURCES.ValidatingAdmissionPolicyBinding, ADMISSION_POLICIES.injectedPodsByLabel],
  ...[
    ADMISSION_POLICIES.gates,
    ADMISSION_POLICIES.gateExec,
    ADMISSION_POLICIES.gateTokens,
    ADMISSION_POLICIES.policyConfigMaps,
  ].flatMap(
    (name) =>
      [
        [RESOURCES.ValidatingAdmissionPolicy, name],
        [RESOURCES.ValidatingAdmissionPolicyBinding, name],
      ] as const,
  ),
];

export interface InstallationGuardOptions {
  readonly client: Pick<ApiClient, 'find'>;
  readonly certificates: Pick<Certificates, 'current'>;
  /** Names of the webhook configurations. */
  readonly webhooks: { readonly mutating: string; readonly validating: string };
  readonly clock: Timers;
  readonly log: Logger;
}

export class InstallationGuard implements Runnable {
  readonly name = 'installation guard';
  readonly needsLeader = false;
  readonly #options: InstallationGuardOptions;
  #policies: string | undefined = 'the admission policies have not been looked for yet';
  #webhooks: string | undefined = 'the webhook configurations have not been looked for yet';

  constructor(options: InstallationGuardOptions) {
    this.#options = options;
  }

  /** What keeps the operator from being trusted with its work, as sentences; none when all is well. */
  problems(): string[] {
    return [this.#policies, this.#webhooks].filter((problem) => problem !== undefined);
  }

  /** Why nothing that the policies protect can be trusted; undefined: all of them are there. */
  get distrust(): string | undefined {
    return this.#policies;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const recheck = new Backoff(RECHECK, clock);
    do {
      await this.#look();
    } while (await sleep(clock, this.problems().length === 0 ? CHECK_MS : recheck.next(), signal));
  }

  async #look(): Promise<void> {
    const before = this.#policies;
    this.#policies = await this.#missingPolicy();
    if (this.#policies !== undefined && this.#policies !== before) this.#options.log.error(this.#policies);
    // Once seen is enough: the leader repairs them, and to be unready would not help the API server to reach us.
    if (this.#webhooks !== undefined) this.#webhooks = await this.#distrustingWebhook();
  }

  async #missingPolicy(): Promise<string | undefined> {
    try {
      for (const [resource, name] of POLICIES) {
        if ((await this.#options.client.find(resource, { name })) === undefined) {
          return `${resource.kind} ${name} is missing: approvals and injection could not be trusted. Install the chart again: helm upgrade --install sallyport`;
        }
      }
      return undefined;
    } catch (error) {
      // What was seen stands while the API server is away.
      return this.#policies === undefined
        ? undefined
        : `the admission policies cannot be looked for: ${messageOf(error)}`;
    }
  }

  async #distrustingWebhook(): Promise<string | undefined> {
    const { client, webhooks, certificates } = this.#options;
    const wanted: readonly (readonly [Resource, string])[] = [
      [RESOURCES.MutatingWebhookConfiguration, webhooks.mutating],
      [RESOURCES.ValidatingWebhookConfiguration, webhooks.validating],
    ];
    try {
      const caBundle = Buffer.from(certificates.current().caBundle).toString('base64');
      for (const [resource, name] of wanted) {
        const found = (await client.find(resource, { name })) as RawObject | undefined;
        const entries = (found?.['webhooks'] ?? []) as { clientConfig: { caBundle?: string } }[];
        if (found === undefined) return `there is no ${resource.kind} ${name}; install the chart again`;
        if (entries.some(({ clientConfig }) => clientConfig.caBundle !== caBundle)) {
          return `the caBundle of ${resource.kind} ${name} is not written yet; the leader does that`;
        }
      }
      return undefined;
    } catch (error) {
      return `the webhook configurations cannot be looked for: ${messageOf(error)}`;
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
