/**
 * Whether what the chart installs beside the operator is there and says what the chart says: the admission policies that make votes and
 * gates trustworthy, and webhooks that trust our certificate. Without the policies anybody who may patch a status could approve in any
 * name, and who may edit pods could speak as a gate, so an operator that does not see them is not ready: no approvals, no injection,
 * and kubectl says why.
 */
import type { Logger } from 'pino';
import type { ApiClient } from '../kit/api-client.ts';
import { Backoff, type BackoffOptions } from '../kit/backoff.ts';
import { sleep, type Timers } from '../kit/clock.ts';
import type { Runnable } from '../kit/manager.ts';
import type { RawObject, Ref, Resource } from '../kit/resource.ts';
import { RESOURCES } from '../kit/kubernetes-resources.ts';
import { type ChartObjects, readChartObjects } from './chart-objects.ts';
import { type Json, differenceOf, policyContent, webhookContent } from './compare.ts';
import type { ExpectedCaBundle } from './expected-ca-bundle.ts';
import { type Installed, PROTECTING, type Voter, VOTERS, voterOf } from './installed.ts';
import { Settling } from './settling.ts';
import type { Trust } from './trust.ts';

const CHECK_MS = 30_000;
/** At first often, so that an installation is ready as soon as it is; then less and less, since nobody may be at it. */
const RECHECK: BackoffOptions = { firstMs: 250, maxMs: 2_000, jitter: 0.2, resetAfterMs: CHECK_MS };

const MEND = 'Install the chart again: helm upgrade --install sallyport';

/** Of what votes are about, not of readiness: gates and webhooks are as they should be. */
const UNSETTLED =
  'the admission policies were changed a moment ago, and API servers may still act on what they said before; votes count again in a few seconds';

/** Either what is wrong, or of which versions what was found is. */
interface Seen {
  readonly problem?: string;
  readonly isMissing?: boolean;
  readonly versions?: string;
}

/** At everything that votes rest on. */
interface Look {
  readonly problem: string | undefined;
  /** What was voted must not be believed. */
  readonly isWrong: boolean;
  /** Versions of the policies that check votes; undefined: they are wrong. */
  readonly checking?: string | undefined;
  readonly voter?: Voter;
  readonly writing?: Seen;
}

const WRONG = 'wrong';

export interface InstallationGuardOptions {
  readonly client: Pick<ApiClient, 'find'>;
  readonly caBundle: ExpectedCaBundle;
  /** The ConfigMap in which the chart says what it installs. Read anew each time, since an upgrade changes it first. */
  readonly chart: Ref;
  /** Names of the webhook configurations. */
  readonly webhooks: { readonly mutating: string; readonly validating: string };
  readonly clock: Timers;
  readonly log: Logger;
}

export class InstallationGuard implements Runnable, Trust {
  readonly name = 'installation guard';
  readonly needsLeader = false;
  readonly #options: InstallationGuardOptions;
  #policies: string | undefined = 'the admission policies have not been looked for yet';
  #webhooks: string | undefined = 'the webhook configurations have not been looked for yet';
  /** The policies are known to be wrong. */
  #isWrong = false;
  /** Of the policies that check votes. */
  readonly #checking: Settling;
  /** Of what writes them. */
  #writing: Settling;
  #voter: Voter | undefined = undefined;
  /** Whether those who keep votes know that these do not count. */
  #isTold = false;
  #isReached = false;
  readonly #onBroken: (() => void)[] = [];
  /** A look that has not begun: whoever wants one now shares it. */
  #next: Promise<void> | undefined = undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(options: InstallationGuardOptions) {
    this.#options = options;
    this.#checking = new Settling(options.clock);
    this.#writing = new Settling(options.clock);
  }

  /** What keeps the operator from being trusted with its work, as sentences; none when all is well. */
  problems(): string[] {
    return [this.#policies, this.#webhooks].filter((problem) => problem !== undefined);
  }

  get distrust(): string | undefined {
    return this.#policies ?? (this.#isSettled ? undefined : UNSETTLED);
  }

  get isBroken(): boolean {
    return this.#isWrong || !this.#isSettled;
  }

  get #isSettled(): boolean {
    return this.#checking.isOver && this.#writing.isOver;
  }

  /** Called whenever policies that held are found not to. */
  onBroken(listener: () => void): void {
    this.#onBroken.push(listener);
  }

  async confirm(): Promise<string | undefined> {
    // Not one that is under way: what it has read may be older than the vote.
    this.#next ??= this.#last.then(() => {
      this.#next = undefined;
      return this.#lookAtPolicies();
    });
    this.#last = this.#next;
    await this.#next;
    return this.distrust;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const recheck = new Backoff(RECHECK, clock);
    do {
      await this.confirm();
      this.#webhooks = await this.#wrongWebhook();
    } while (await sleep(clock, this.problems().length === 0 ? CHECK_MS : recheck.next(), signal));
  }

  async #lookAtPolicies(): Promise<void> {
    const before = this.#policies;
    try {
      const look = await this.#look();
      this.#policies = look.problem;
      this.#note(look);
      if (this.isBroken && !this.#isTold) for (const tell of this.#onBroken) tell();
      this.#isTold = this.isBroken;
    } catch (error) {
      // What was seen stands while the API server is away: so does what it enforces.
      if (this.#policies !== undefined)
        this.#policies = `the admission policies cannot be looked for: ${messageOf(error)}`;
    }
    if (this.#policies !== undefined && this.#policies !== before) this.#options.log.error(this.#policies);
  }

  async #look(): Promise<Look> {
    const chart = await this.#chart();
    if (typeof chart === 'string') return { problem: chart, isWrong: true };
    const checking = await this.#seeAll(chart, PROTECTING);
    if (checking.problem !== undefined) return { problem: checking.problem, isWrong: true };
    const voter = voterOf(chart);
    const writing = await this.#seeAll(chart, VOTERS[voter]);
    // Where none is, nothing becomes a vote, which makes none wrong that was cast.
    const isWrong = writing.problem !== undefined && writing.isMissing !== true;
    return { problem: writing.problem, isWrong, checking: checking.versions, voter, writing };
  }

  #note({ isWrong, checking, voter, writing }: Look): void {
    this.#isWrong = isWrong;
    this.#checking.note(checking ?? WRONG);
    if (voter === undefined || writing?.isMissing === true) return;
    // Of another voter nothing was seen before: what was decided through the one of until now stays good.
    if (this.#voter !== voter) this.#writing = new Settling(this.#options.clock);
    this.#voter = voter;
    this.#writing.note(writing?.versions ?? WRONG);
  }

  async #seeAll(chart: ChartObjects, objects: readonly Installed[]): Promise<Seen> {
    const seen = await Promise.all(objects.map(async (object) => this.#seeOne(chart, object)));
    const wrong = seen.find(({ problem }) => problem !== undefined);
    return wrong ?? { versions: seen.map(({ versions }) => versions).join(' ') };
  }

  async #seeOne(chart: ChartObjects, [resource, name]: Installed): Promise<Seen> {
    const found = await this.#find(resource, name);
    const what = `${resource.kind} ${name}`;
    if (found === undefined) {
      const problem = `${what} is missing: approvals and injection could not be trusted. ${MEND}`;
      return { problem, isMissing: true };
    }
    const isWebhook = found['webhooks'] !== undefined;
    const content = isWebhook ? webhookContent(found) : policyContent(found);
    const difference = this.#differenceOf(chart, resource, name, content);
    if (difference !== undefined) {
      const then = `Approvals and injection could not be trusted. ${MEND}`;
      return { problem: `${what} is not what the chart installs: ${difference}. ${then}` };
    }
    // The generation of webhooks counts their certificates too. Nor would it help: whoever writes webhooks can add one of their own.
    return { versions: isWebhook ? name : `${found.metadata.uid}/${found.metadata.generation}` };
  }

  /** What the chart says, or why that is not known. */
  async #chart(): Promise<ChartObjects | string> {
    const { client, chart } = this.#options;
    const found = await client.find(RESOURCES.ConfigMap, chart);
    const where = `ConfigMap ${chart.name} in ${chart.namespace}`;
    if (found === undefined) return `there is no ${where}, which says what the admission policies have to be. ${MEND}`;
    try {
      return readChartObjects(found['data']);
    } catch (error) {
      return `${where} does not say what the admission policies have to be: ${messageOf(error)}. ${MEND}`;
    }
  }

  #differenceOf(chart: ChartObjects, { kind }: Resource, name: string, found: Json): string | undefined {
    const wanted = chart.get(`${kind} ${name}`);
    return wanted === undefined ? 'the chart does not have it' : differenceOf(found, wanted);
  }

  async #wrongWebhook(): Promise<string | undefined> {
    const { webhooks, caBundle } = this.#options;
    const wanted: readonly Installed[] = [
      [RESOURCES.MutatingWebhookConfiguration, webhooks.mutating],
      [RESOURCES.ValidatingWebhookConfiguration, webhooks.validating],
    ];
    try {
      const chart = await this.#chart();
      for (const [resource, name] of wanted) {
        const found = await this.#find(resource, name);
        const entries = (found?.['webhooks'] ?? []) as { clientConfig: { caBundle?: string } }[];
        if (found === undefined) return `there is no ${resource.kind} ${name}; install the chart again`;
        // Seen once is enough: the leader repairs it, and to be unready would not help the API server to reach us.
        if (!this.#isReached && entries.some(({ clientConfig }) => !caBundle.isRight(clientConfig.caBundle))) {
          return `the caBundle of ${resource.kind} ${name} ${caBundle.otherwise}`;
        }
        // Without the chart's word the policies have said already what is missing.
        const difference =
          typeof chart === 'string' ? undefined : this.#differenceOf(chart, resource, name, webhookContent(found));
        if (difference !== undefined) {
          return `${resource.kind} ${name} is not what the chart installs: ${difference}. ${MEND}`;
        }
      }
      this.#isReached = true;
      return undefined;
    } catch (error) {
      return this.#webhooks === undefined
        ? undefined
        : `the webhook configurations cannot be looked for: ${messageOf(error)}`;
    }
  }

  async #find(resource: Resource, name: string): Promise<RawObject | undefined> {
    return (await this.#options.client.find(resource, { name })) as RawObject | undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
