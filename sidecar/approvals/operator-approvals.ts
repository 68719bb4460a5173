/**
 * Approvals that the operator keeps as ApprovalRequests, where people see them and the API server says who may decide.
 * While it does not answer, calls that need approval are refused, and no other call notices.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../../core/clock.ts';
import { Backoff } from '../operator-client/backoff.ts';
import { type OperatorAnswer, type OperatorClient, describeFailure } from '../operator-client/client.ts';
import type { Approval, ApprovalSubject, StandingGrant } from './approval.ts';
import type { HeldState } from './held-state.ts';
import { isApprovalName, isForCall, readApproval, readHalt } from './operator-answer.ts';
import { OperatorWatch } from './operator-watch.ts';
import type { ApprovalService, Claim, SubmitOutcome, Unavailable } from './service.ts';

/** For all attempts of one question together: its client sees nothing meanwhile, and a rolling update of the operator takes less. */
const PATIENCE_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 1_000;
/** Questions that may be under way at once: while the operator is slow, calls must not pile up with all they carry. */
const MAX_QUESTIONS = 100;
/** The operator takes so many, and finds the others that match by itself. */
const MAX_RULES = 256;

const SILENT = 'the approval service does not answer; calls that need approval are refused until it does';
const BUSY = 'too many calls ask for approval at this moment; call again in a few seconds';
const UNFIT = 'the approval service did not take the request; calls that need approval are refused until it does';
/** By the word of the operator for it: policies reach gates and replicas at slightly different moments. */
const UNKNOWN: ReadonlyMap<unknown, string> = new Map([
  [
    'unknown-revision',
    'the approval service does not know the policy that holds this call, which is about to change; call again in a few seconds',
  ],
  [
    'unknown-rule',
    'the approval service knows no rule that asks for a person before this call; tell the owner of the policy, since its gate and its operator disagree',
  ],
  [
    'too-many-quorums',
    'the rules that hold this call ask for more different approvers than one request can have; tell the owner of the policy to let fewer rules hold it',
  ],
  [
    'unknown-requester',
    'the approval service cannot tell who stands behind the caller, and so who may decide; tell the owner of the platform to mend `requesters` in the packs of the operator',
  ],
]);
const TOO_MANY_BESIDE =
  'the standing grant for this call is used up, and too many of your calls wait for approval; wait until some are decided';
const IN_DOUBT =
  'the approval service broke off while the approval was being used up, so the call was not executed; ' +
  'call again with identical arguments to use the approval if it is still there, or else to ask anew';

interface LastAnswer {
  /** Undefined when there was none within the time. */
  readonly answer: OperatorAnswer | undefined;
  /** An attempt before this answer came to nothing that is known. */
  readonly repeated: boolean;
}

export class OperatorApprovals implements ApprovalService {
  readonly #client: OperatorClient;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #patienceMs: number;
  readonly #watches = new Map<string, OperatorWatch>();
  #questions = 0;

  constructor(client: OperatorClient, clock: Clock, log: Logger, patienceMs: number = PATIENCE_MS) {
    this.#client = client;
    this.#clock = clock;
    this.#log = log;
    this.#patienceMs = patienceMs;
  }

  async submit(subject: ApprovalSubject, named: string | undefined, resumed?: HeldState): Promise<SubmitOutcome> {
    if (this.#questions >= MAX_QUESTIONS) return { kind: 'unavailable', why: BUSY };
    this.#questions++;
    try {
      return (resumed && (await this.#resume(resumed, subject))) ?? (await this.#submit(subject, named));
    } finally {
      this.#questions--;
    }
  }

  watch(approval: Approval, onSettled: (settled: Approval) => void): () => void {
    const { name } = approval;
    const watch =
      this.#watches.get(name) ??
      new OperatorWatch(this.#client, approval, this.#clock, () => this.#watches.delete(name));
    this.#watches.set(name, watch);
    return watch.add(onSettled);
  }

  async claim(approval: Approval): Promise<Claim> {
    if (approval.grant !== undefined) return this.#useGrant(approval, approval.grant);
    const { digest, revision, pin } = approval.subject;
    const { answer, repeated } = await this.#ask(
      'POST',
      `${pathOf(approval.name)}/consume`,
      { digest, revision, pin },
      false,
    );
    if (answer?.status === 404) return { kind: 'not-claimed', approval: { ...approval, state: 'Withdrawn' } };
    const found = readApproval(answer?.body, approval.subject)?.approval;
    const used = found?.state === 'Consumed';
    if (answer?.status === 200 && used) return { kind: 'claimed', approval: found };
    // It may have been this very call whose attempt got through. Whoever cannot know it must not execute.
    if (answer === undefined || answer.status >= 500 || (repeated && used))
      return { kind: 'unavailable', why: IN_DOUBT };
    if (answer.status === 409 && found !== undefined) return { kind: 'not-claimed', approval: found };
    return this.#unavailable(answer);
  }

  /** Asked as often as it takes: for one id it is one use. Where the grant is over meanwhile, a person is asked. */
  async #useGrant(approval: Approval, grant: StandingGrant): Promise<Claim> {
    const { name, subject } = approval;
    const body = { ...questionOf(subject), grant: { id: grant.id, hidden: subject.hidden } };
    const { answer } = await this.#ask('POST', `/v1/grants/${encodeURIComponent(name)}/use`, body, true);
    const used = answer?.status === 200 ? readApproval(answer.body, subject) : undefined;
    if (used?.grant !== undefined && used.approval.state === 'Consumed')
      return { kind: 'claimed', approval: { ...used.approval, grant: { ...grant, ...used.grant } } };
    if (answer?.status !== 404 && answer?.status !== 409) return this.#unavailable(answer);
    const found = await this.#submit(subject, undefined, [...grant.tried, name]);
    if (found.kind === 'found') return { kind: 'not-claimed', approval: found.approval };
    return found.kind === 'unavailable' ? found : { kind: 'unavailable', why: TOO_MANY_BESIDE };
  }

  async #submit(
    subject: ApprovalSubject,
    named: string | undefined,
    tried: readonly string[] = [],
  ): Promise<SubmitOutcome> {
    if (named !== undefined) {
      const unfit = await this.#checkNamed(named, subject);
      if (unfit !== undefined) return unfit;
    }
    const id = randomUUID();
    const grant = subject.hidden && { id, hidden: subject.hidden, without: tried };
    const { answer } = await this.#ask('POST', '/v1/approvals', { ...questionOf(subject), grant }, true);
    if (answer?.status === 409) return readHalt(answer.body) ?? { kind: 'too-many' };
    const found = answer?.status === 200 ? readApproval(answer.body, subject) : undefined;
    if (found === undefined) return this.#unavailable(answer);
    const { approval, usedUp } = found;
    const isGranted = found.grant !== undefined && approval.state === 'Approved';
    return {
      kind: 'found',
      approval: isGranted ? { ...approval, grant: { id, ...found.grant, tried } } : approval,
      usedUp,
    };
  }

  /** Undefined where a person has to be asked anew: it was for another policy. */
  async #resume(
    { approval: name, expiresAt }: HeldState,
    subject: ApprovalSubject,
  ): Promise<SubmitOutcome | undefined> {
    if (!isApprovalName(name)) return undefined;
    const { answer } = await this.#ask('GET', pathOf(name), undefined, true);
    // Deleted, as one that is watched may be: whoever did that has ended the wait.
    if (answer?.status === 404) return { kind: 'found', approval: goneOf(name, expiresAt, subject), usedUp: undefined };
    if (answer?.status !== 200) return this.#unavailable(answer);
    const found = readApproval(answer.body, subject);
    return found === undefined ? undefined : { kind: 'found', ...found };
  }

  /** Names are shown to approvers and printed in logs: knowing one must not tell anything about another's call. */
  async #checkNamed(name: string, subject: ApprovalSubject): Promise<SubmitOutcome | undefined> {
    if (!isApprovalName(name)) return { kind: 'unknown', name };
    const { answer } = await this.#ask('GET', pathOf(name), undefined, true);
    if (answer?.status === 404) return { kind: 'unknown', name };
    if (answer?.status !== 200) return this.#unavailable(answer);
    return isForCall(answer.body, subject) ? undefined : { kind: 'unknown', name };
  }

  #unavailable(answer: OperatorAnswer | undefined): Unavailable {
    if (answer === undefined || answer.status >= 500) return { kind: 'unavailable', why: SILENT };
    const unknown = UNKNOWN.get((answer.body as { code?: unknown } | undefined)?.code);
    if (unknown !== undefined) return { kind: 'unavailable', why: unknown };
    this.#log.error(
      { problem: describeFailure(answer) },
      'the operator answered a request for approval with what is no use',
    );
    return { kind: 'unavailable', why: UNFIT };
  }

  /** Asks until there is an answer that would not be another one a moment later. */
  async #ask(method: 'GET' | 'POST', path: string, body: object | undefined, repeatable: boolean): Promise<LastAnswer> {
    const deadline = this.#clock.monotonic() + this.#patienceMs;
    const backoff = new Backoff(FIRST_PAUSE_MS, MAX_PAUSE_MS);
    for (let attempt = 0; ; attempt++) {
      const timeoutMs = Math.max(1, deadline - this.#clock.monotonic());
      const answer = await this.#client
        .request({ method, path, ...(body === undefined ? {} : { body }), timeoutMs, repeatable })
        .catch((error: unknown) => {
          this.#log.warn({ err: error }, 'the operator did not answer a question about an approval');
          return undefined;
        });
      if (answer !== undefined && answer.status < 500 && answer.status !== 429)
        return { answer, repeated: attempt > 0 };
      const pause = backoff.next();
      if (this.#clock.monotonic() + pause >= deadline) return { answer, repeated: attempt > 0 };
      await sleep(pause);
    }
  }
}

function goneOf(name: string, expiresAt: number, subject: ApprovalSubject): Approval {
  return { name, subject, expiresAt, pin: undefined, state: 'Withdrawn', decidedBy: undefined, reason: undefined };
}

function pathOf(name: string): string {
  return `/v1/approvals/${encodeURIComponent(name)}`;
}

function questionOf({ target, ...subject }: ApprovalSubject): object {
  const { method, preview, digest, pin, shown, came, principal, rules, revision } = subject;
  return {
    method,
    target: { kind: target.kind, name: target.name },
    preview,
    digest,
    pin,
    shown,
    came,
    principal: {
      ...{ kind: principal.kind, name: principal.name, groups: principal.groups, issuer: principal.issuer },
      // For the rules that hold the call; the request does not show them.
      scopes: principal.scopes ?? [],
    },
    // What follows from them the operator knows better, and would not believe.
    rules: rules.slice(0, MAX_RULES),
    revision,
  };
}
