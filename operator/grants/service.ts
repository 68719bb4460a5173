/** What sidecars ask about standing grants: is there one for a call that is held, and use it up by one. Every replica answers. */
import type { Clock } from '../../core/clock.ts';
import type { Terms } from '../approvals/approval-rules.ts';
import { callerIn, callKey, stateOf } from '../approvals/request.ts';
import { isHalt, openStorm } from '../approvals/storms.ts';
import type { PolicyTerms, Submission } from '../approvals/policy-terms.ts';
import { ApprovalsUnsafeError } from '../approvals/service.ts';
import type { Caches } from '../caches.ts';
import { CUSTOM_RESOURCES, type StoredGrant } from '../custom-resources.ts';
import type { Trust } from '../installation/trust.ts';
import { type ApiClient, ApiError } from '../kit/api-client.ts';
import { despiteConflicts } from '../kit/despite-conflicts.ts';
import { circumstancesInForce, type InForce } from './in-force.ts';
import { type Circumstances, judgeGrant, type Judged } from './judge.ts';
import { whyNotAbout } from './match.ts';
import { statusOf } from './status.ts';

/** What a sidecar adds to a call that a grant may let through. */
export interface Claimed {
  /** Of the call, of the gate's own making: however often it asks, one call uses a grant once. */
  readonly id: string;
  /** JSON Pointers of what the preview does not show as the server will get it. */
  readonly hidden: readonly string[];
  /** Grants that were used up when this call came to use them. */
  readonly without: readonly string[];
}

export interface Offer {
  readonly grant: StoredGrant;
  readonly judged: Judged;
}

export type Use =
  | { readonly used: true; readonly grant: StoredGrant; readonly endsAt: number }
  | { readonly used: false; readonly why: string };

interface GrantsParts extends InForce {
  readonly caches: Caches;
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly trust: Trust;
  /** By the policy that the operator wrote: never by what a gate says. */
  readonly terms: Pick<PolicyTerms, 'of'>;
}

/** What is the status of an object that breaks a rule of its CRD (RFC 9110 §15.5.21). */
const BROKEN_RULE = 422;

export class Grants {
  readonly #parts: GrantsParts;

  constructor(parts: GrantsParts) {
    this.#parts = parts;
  }

  /** The grant that is over first, of those that cover the call; undefined: a person has to be asked. Nothing is used yet. */
  async offer(namespace: string, server: string, submission: Submission, claimed: Claimed): Promise<Offer | undefined> {
    const { caches, trust } = this.#parts;
    const grants = [...caches.grants.byIndex('server', `${namespace}/${server}`)];
    if (grants.length === 0 || trust.distrust !== undefined) return undefined;
    // What a person has said of exactly this call, or of this caller, goes before.
    if (this.#isHalted(namespace, server, submission)) return undefined;
    if (this.#isDecided(namespace, server, submission)) return undefined;
    const terms = await this.#termsOf(namespace, server, submission);
    const offers = grants
      .filter(({ metadata }) => !claimed.without.includes(metadata.name))
      .flatMap((grant) => this.#judged(grant, namespace, submission, claimed, terms));
    return offers.toSorted((a, b) => a.judged.endsAt - b.judged.endsAt)[0];
  }

  /** One use, for one call ever. Asked again by the same call it is the same use. */
  async use(
    namespace: string,
    server: string,
    name: string,
    submission: Submission,
    claimed: Claimed,
  ): Promise<Use | undefined> {
    const { trust, client } = this.#parts;
    // Looked at now: within a look and the next, somebody could turn the policies off, make a grant, and use it.
    const distrust = trust.distrust ?? (await trust.confirm());
    if (distrust !== undefined) throw new ApprovalsUnsafeError(distrust);
    if (this.#isHalted(namespace, server, submission)) return { used: false, why: 'a person has halted the caller' };
    const terms = await this.#termsOf(namespace, server, submission);
    const ref = { namespace, name };
    return despiteConflicts(async () => {
      // Not from the cache: this is the moment at which it has to be true.
      const grant = await client.find(CUSTOM_RESOURCES.ApprovalGrant, ref);
      if (grant === undefined || grant.spec.server !== server) return undefined;
      const before = grant.status?.used?.find(({ id }) => id === claimed.id);
      if (before !== undefined) {
        const isSame = before.digest === submission.call.digest;
        const { endsAt } = judgeGrant(grant, this.#circumstances(namespace, submission, terms));
        return isSame ? { used: true, grant, endsAt } : { used: false, why: 'another call has this id' };
      }
      const [offer] = this.#judged(grant, namespace, submission, claimed, terms);
      if (offer === undefined) return { used: false, why: 'the grant does not cover the call any more' };
      const circumstances = this.#circumstances(namespace, submission, terms);
      return this.#write(offer, submission.call.digest, claimed.id, circumstances);
    });
  }

  /** With the version that it was judged by: a use that came in between is counted first. */
  async #write({ grant }: Offer, digest: string, id: string, circumstances: Circumstances): Promise<Use> {
    const { namespace = '', name, resourceVersion } = grant.metadata;
    const now = new Date(circumstances.now);
    const used = [...(grant.status?.used ?? []), { id, digest, time: now.toISOString() }];
    const counted = { uses: used.length, lastUsedAt: now.toISOString(), used };
    const changed = { ...grant, status: { state: 'Active' as const, ...grant.status, ...counted } };
    const judged = judgeGrant(changed, circumstances);
    const patch = { metadata: { resourceVersion }, status: { ...counted, ...statusOf(changed, judged, now) } };
    try {
      const ref = { namespace, name };
      const options = { subresource: 'status' };
      const written = await this.#parts.client.mergePatch(CUSTOM_RESOURCES.ApprovalGrant, ref, patch, options);
      return { used: true, grant: written, endsAt: judged.endsAt };
    } catch (error) {
      // The API server counts along, and has the last word.
      if (!(error instanceof ApiError) || error.status !== BROKEN_RULE) throw error;
      return { used: false, why: error.message };
    }
  }

  #termsOf(namespace: string, name: string, submission: Submission): Promise<Terms> {
    const { terms, clock } = this.#parts;
    return terms.of({ namespace, name }, submission, clock.now());
  }

  #judged(grant: StoredGrant, namespace: string, submission: Submission, { hidden }: Claimed, terms: Terms): Offer[] {
    const { call, principal } = submission;
    const { rules } = terms;
    const shown = { tool: call.tool, principal, pin: call.pin, rules };
    if (whyNotAbout(grant.spec, { ...shown, arguments: call.preview, hidden }) !== undefined) return [];
    const judged = judgeGrant(grant, this.#circumstances(namespace, submission, terms));
    if (judged.state !== 'Active') return [];
    // A gate may have an earlier policy still, or say so: what was taken out of it since lets nothing through either.
    const inForce = judgeGrant(grant, circumstancesInForce(grant, this.#parts));
    return inForce.state === 'Active' ? [{ grant, judged }] : [];
  }

  #circumstances(namespace: string, { principal }: Submission, terms: Terms): Circumstances {
    return {
      now: this.#parts.clock.now(),
      allowance: terms.grants,
      votes: terms,
      behind: this.#parts.requesters.behind(namespace, principal),
    };
  }

  #isHalted(namespace: string, server: string, { principal }: Submission): boolean {
    const { caches, clock } = this.#parts;
    return isHalt(
      openStorm(caches.approvals.byIndex('server', `${namespace}/${server}`), callerIn(principal), clock.now()),
    );
  }

  #isDecided(namespace: string, server: string, { call, principal, revision }: Submission): boolean {
    const { caches, clock } = this.#parts;
    const known = caches.approvals.byIndex('call', callKey(namespace, server, callerIn(principal), call.digest));
    return [...known].some((request) => {
      const state = stateOf(request);
      const isOpen = request.spec.revision === revision && clock.now() < Date.parse(request.spec.expiresAt);
      return isOpen && (state === 'Denied' || state === 'Approved');
    });
  }
}
