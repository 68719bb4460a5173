/** What sidecars ask about approvals: submit a call, wait for its decision, use an approval up. Every replica answers. */
import { callOf, type CallSubject, stormOf, targetOf } from '../../core/api/approval-request.ts';
import type { ShownBefore } from '../../core/api/approval-shown.ts';
import type { Clock } from '../../core/clock.ts';
import type { Caches } from '../caches.ts';
import { type ApiClient, isConflict } from '../kit/api-client.ts';
import type { Ref } from '../kit/resource.ts';
import { CUSTOM_RESOURCES, type StoredRequest } from '../custom-resources.ts';
import type { Trust } from '../installation/trust.ts';
import { despiteConflicts } from '../kit/despite-conflicts.ts';
import { keyOf } from '../kit/store.ts';
import { channelsOfRules } from '../notify/named-channels.ts';
import { LABEL, serverOfPins } from '../names.ts';
import { beforeOf, differingIn, groupOf, type LikeCall } from './before.ts';
import { fitsDefinition } from './fits-definition.ts';
import { PolicyTerms, reasonOf, type Submission, votesOf } from './policy-terms.ts';
import type { Requesters } from './requesters.ts';
import { requestName } from './name.ts';
import { isHalt, openStorm, stormRequest, waitingOf } from './storms.ts';
import { Waiting } from './waiting.ts';
import type { PolicyRevisions } from './revisions.ts';
import { callerIn, callKey, callKeyOf, isOpen, type NewSpec, stateOf } from './request.ts';
import { settledStatus } from './settled.ts';

/** What a sidecar says of the call that it is about to send. */
export interface Use {
  readonly digest: string;
  readonly revision: string;
  /** Of the definition that it knows. */
  readonly pin?: string | undefined;
}

export interface Submitted {
  readonly request: StoredRequest;
  /** Made just now for this call. */
  readonly fresh: boolean;
  /** An earlier request of the same call whose approval is used up. */
  readonly usedUp: string | undefined;
}

/** As many characters as an ApprovalRequest takes. */
const MAX_RULE = 256;
const MAX_REASON = 1024;
/** More questions than a person can weigh are answered with no. */
const MAX_PENDING_PER_PRINCIPAL = 20;
const MAX_PENDING_PER_SERVER = 500;
/** A request that no cache shows after so long has been deleted before it came there. */
const MAX_LAG_MS = 30_000;
/** Names in a row that others may have taken between our look and our write. */
const MAX_NAMES = 20;

export class ApprovalsUnsafeError extends Error {
  override readonly name = 'ApprovalsUnsafeError';
}

export interface ApprovalsParts {
  readonly caches: Caches;
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly trust: Trust;
  readonly revisions: PolicyRevisions;
  readonly requesters: Requesters;
}

/** A person has halted whoever calls. */
export class HaltedError extends Error {
  override readonly name = 'HaltedError';
  readonly request: StoredRequest;

  constructor(request: StoredRequest) {
    super(`a person has halted the calls of this principal until ${request.spec.expiresAt}`);
    this.request = request;
  }
}

export class Approvals {
  readonly #caches: Caches;
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #trust: Trust;
  readonly #terms: PolicyTerms;
  readonly #requesters: Requesters;
  readonly #waiting = new Waiting();
  /** Requests by key that are being made, or were and are not in the cache yet: they count, or many calls at once would pass. */
  readonly #coming = new Map<string, { readonly caller: string; readonly at: number }>();

  constructor({ caches, client, clock, trust, revisions, requesters }: ApprovalsParts) {
    this.#caches = caches;
    this.#client = client;
    this.#clock = clock;
    this.#trust = trust;
    this.#terms = new PolicyTerms(revisions, client);
    this.#requesters = requesters;
    caches.approvals.addIndex('call', (request) => [callKeyOf(request) ?? []].flat());
    caches.approvals.onChange(({ object }) => {
      this.#coming.delete(keyOf(object));
      this.#waiting.wake(keyOf(object));
    });
  }

  /** The request that is open for this call, or a new one; undefined when too many of the principal's wait already. */
  async submit(namespace: string, server: string, submission: Submission): Promise<Submitted | undefined> {
    assertTrusted(this.#trust.distrust);
    const { call, principal, revision } = submission;
    const caller = callerIn(principal);
    const halt = openStorm(this.#ofServer(namespace, server), caller, this.#clock.now());
    if (isHalt(halt)) throw new HaltedError(halt);
    const key = callKey(namespace, server, caller, call.digest);
    const known = [...this.#caches.approvals.byIndex('call', key)].filter(
      (request) => request.spec.revision === revision && this.#fits(request, call.pin),
    );
    const now = this.#clock.now();
    const open = known.find((request) => isOpen(request, now));
    if (open !== undefined) return { request: open, fresh: false, usedUp: undefined };
    const usedUp = known.find((request) => stateOf(request) === 'Consumed')?.metadata.name;
    const target = targetOf(call);
    // Of a tool that is another one by now a person is asked anew.
    const nameKey = call.pin === undefined ? key : `${key} ${call.pin}`;
    const name = (attempt: number) => requestName({ key: nameKey, server, target: target.name, revision }, attempt);
    const isComing = this.#coming.has(keyOf({ namespace, name: name(known.length) }));
    if (!isComing && this.#pendingOf(namespace, server, caller) >= MAX_PENDING_PER_PRINCIPAL) {
      await this.#askToHalt(namespace, server, caller);
      return undefined;
    }
    const terms = await this.#terms.of({ namespace, name: server }, submission, now);
    const like = { server, principal: caller, call };
    const before = await this.#beforeOf(namespace, like, call);
    const notify = channelsOfRules(terms.rules, this.#caches);
    const spec: NewSpec = {
      server,
      subject: { type: 'Call', call: { ...call, shown: { ...call.shown, before } } },
      principal: { ...principal, ...this.#requesters.behind(namespace, principal) },
      reason: cut(reasonOf(terms.reason, target, submission.came), MAX_REASON),
      rule: cut(terms.rules.join(', '), MAX_RULE),
      revision,
      expiresAt: new Date(now + terms.expiresMs).toISOString(),
      ...(notify === undefined ? {} : { notify }),
      ...votesOf(terms),
    };
    const labels = { [LABEL.similar]: groupOf(like) };
    return this.#create({ namespace, spec, key, labels }, known.length, name, usedUp);
  }

  /** One question in place of all that there is no room for. Where it cannot be asked the calls are refused all the same. */
  async #askToHalt(namespace: string, server: string, principal: string): Promise<void> {
    const [now, requests] = [this.#clock.now(), this.#ofServer(namespace, server)];
    const [first, ...others] = waitingOf(requests, principal);
    if (first === undefined || openStorm(requests, principal, now) !== undefined) return;
    const { name, spec } = stormRequest([first, ...others], now);
    // Another replica was faster, or there is no room for it either.
    await this.#client
      .create(CUSTOM_RESOURCES.ApprovalRequest, { metadata: { namespace, name }, spec })
      .catch(() => {});
  }

  #ofServer(namespace: string, server: string): StoredRequest[] {
    return [...this.#caches.approvals.byIndex('server', `${namespace}/${server}`)];
  }

  /** What it takes to say what differs is one read; where that fails a person decides without. */
  async #beforeOf(namespace: string, like: LikeCall, call: CallSubject): Promise<ShownBefore> {
    const { shown, last } = beforeOf(this.#ofServer(namespace, like.server), like);
    if (last === undefined) return shown;
    const ref = { namespace, name: last.metadata.name };
    const whole = await this.#client.find(CUSTOM_RESOURCES.ApprovalRequest, ref).catch(() => undefined);
    const compared = whole === undefined ? undefined : callOf(whole);
    return compared === undefined ? shown : { ...shown, differs: differingIn(compared, call) };
  }

  async #create(
    { namespace, spec, key: callOfRequest, labels }: NewRequest,
    settled: number,
    name: (attempt: number) => string,
    usedUp: string | undefined,
  ): Promise<Submitted> {
    for (let attempt = settled; attempt < settled + MAX_NAMES; attempt++) {
      const ref = { namespace, name: name(attempt) };
      const key = keyOf(ref);
      const caller = callerOf(namespace, spec.server, callerIn(spec.principal));
      this.#coming.set(key, { caller, at: this.#clock.monotonic() });
      try {
        const request = await this.#client.create(CUSTOM_RESOURCES.ApprovalRequest, {
          metadata: { ...ref, labels },
          spec,
        });
        return { request, fresh: true, usedUp };
      } catch (error) {
        if (!isConflict(error) || this.#caches.approvals.get(ref) !== undefined) this.#coming.delete(key);
        if (!isConflict(error)) throw error;
      }
      const other = await this.#client.find(CUSTOM_RESOURCES.ApprovalRequest, ref);
      // Names are short hashes: one that meets another call is another call's.
      const { pin } = callOf({ spec }) ?? {};
      const isSame = other !== undefined && callKeyOf(other) === callOfRequest && this.#fits(other, pin);
      if (isSame && isOpen(other, this.#clock.now())) return { request: other, fresh: false, usedUp };
    }
    throw new Error(`no free name for the request after ${MAX_NAMES} attempts`);
  }

  /** As stored, if it is one of this server's. */
  async get(namespace: string, server: string, name: string): Promise<StoredRequest | undefined> {
    const ref = { namespace, name };
    // The cache may not have heard yet of what another replica made.
    const request = this.#caches.approvals.get(ref) ?? (await this.#client.find(CUSTOM_RESOURCES.ApprovalRequest, ref));
    return request?.spec.server === server ? request : undefined;
  }

  /** Resolves when the request is no longer in `state`, or after `ms`, or when the signal aborts. */
  waitWhile(ref: Ref, state: string, ms: number, signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => {
      const request = this.#caches.approvals.get(ref);
      return request !== undefined && stateOf(request) !== state;
    };
    return this.#waiting.until(keyOf(ref), isOver, ms, signal);
  }

  /** Uses an approval up: true for exactly one caller ever, since the API server takes one write of a version, and the next look finds it used. */
  async consume(request: StoredRequest, use: Use): Promise<{ consumed: boolean; request: StoredRequest }> {
    // Looked at now: within a look and the next, somebody could turn the policies off, approve, and use the approval.
    assertTrusted(this.#trust.distrust ?? (await this.#trust.confirm()));
    const { namespace = '', name } = request.metadata;
    // Whoever writes something else of it in that moment, such as whom it was told to, takes nothing away from it.
    return despiteConflicts(() => this.#use({ namespace, name }, use));
  }

  async #use(ref: Ref, { digest, revision, pin }: Use): Promise<{ consumed: boolean; request: StoredRequest }> {
    // Not from the cache: this is the moment at which it has to be true.
    const current = await this.#client.get(CUSTOM_RESOURCES.ApprovalRequest, ref);
    const { spec } = current;
    const isUsable =
      stateOf(current) === 'Approved' &&
      callOf(current)?.digest === digest &&
      spec.revision === revision &&
      this.#requesters.areStill(ref.namespace ?? '', spec.principal) &&
      this.#fits(current, pin) &&
      this.#clock.now() < Date.parse(spec.expiresAt);
    if (!isUsable) return { consumed: false, request: current };
    const now = this.#clock.now();
    const used = { state: 'Consumed', consumedAt: new Date(now).toISOString() } as const;
    const status = settledStatus(current, used, now);
    const patch = { metadata: { resourceVersion: current.metadata.resourceVersion }, status };
    const written = await this.#client.mergePatch(CUSTOM_RESOURCES.ApprovalRequest, ref, patch, {
      subresource: 'status',
    });
    return { consumed: true, request: written };
  }

  #fits(request: StoredRequest, pin: string | undefined): boolean {
    const { namespace = '' } = request.metadata;
    const stored = [...this.#caches.pins.byIndex('namespace', namespace)].find(
      ({ metadata }) => serverOfPins(metadata.name)?.name === request.spec.server,
    );
    return fitsDefinition(callOf(request), pin, stored?.pins ?? []);
  }

  #pendingOf(namespace: string, server: string, principal: string): number {
    let pending = 0;
    const oldest = this.#clock.monotonic() - MAX_LAG_MS;
    for (const [key, { caller, at }] of this.#coming) {
      if (at < oldest) this.#coming.delete(key);
      else if (caller === callerOf(namespace, server, principal)) pending++;
    }
    let ofServer = 0;
    for (const request of this.#ofServer(namespace, server)) {
      if (stateOf(request) !== 'Pending' || stormOf(request) !== undefined) continue;
      ofServer++;
      if (callerIn(request.spec.principal) === principal) pending++;
    }
    // A gate names its callers; one that is not to be trusted could name as many as it likes.
    return ofServer >= MAX_PENDING_PER_SERVER ? MAX_PENDING_PER_PRINCIPAL : pending;
  }
}

interface NewRequest {
  readonly namespace: string;
  readonly spec: NewSpec;
  /** Of its call. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
}

function cut(text: string, max: number): string {
  // Not in the middle of a letter: half of one is no text.
  return text.length <= max ? text : `${text.slice(0, max - 1).toWellFormed()}…`;
}

/** Without the admission policies anybody may have voted in any name: nothing is asked, nothing used. */
function assertTrusted(distrust: string | undefined): void {
  if (distrust !== undefined) throw new ApprovalsUnsafeError(distrust);
}

function callerOf(namespace: string, server: string, principal: string): string {
  return `${namespace}/${server} ${principal}`;
}
