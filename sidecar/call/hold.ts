/**
 * Seventh step: a call that needs a person waits for one. The stream is opened at once and kept alive, progress is sent where the
 * client asked for it, and after a short budget the client is told to call again (the ladder that works with every client).
 */
import { callDigest } from '../../core/mcp/call-digest.ts';
import { type JsonObject, isObject } from '../../core/mcp/message.ts';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { KEEP_ALIVE, messageEvent } from '../../core/mcp/sse.ts';
import { describeTarget } from '../../core/policy/explain.ts';
import type { ApprovalRecord } from '../approvals/approval.ts';
import type { ApprovalBroker, Submission } from '../approvals/broker.ts';
import { previewOf } from '../approvals/preview.ts';
import * as wording from '../approvals/wording.ts';
import type { Gate } from '../gate.ts';
import type { Call } from './call.ts';
import { isStillProven } from './identify.ts';
import { ProgressOffset, progressTokenOf } from './progress-offset.ts';
import { type Reply, SSE_HEADERS } from './reply.ts';

/** Below the shortest idle timeout known of proxies on the way. */
const KEEP_ALIVE_MS = 10_000;
const PROGRESS_MS = 5_000;
/** Naming an approval in `_meta` is optional; identical arguments are enough. */
const APPROVAL_META_KEY = 'sallyport.dev/approval';

/** Continues the call: with a refusal to answer, or with none, to be forwarded. */
type Resume = (refusal: Refusal | undefined, progress: ProgressOffset | undefined) => void;

export function holdForApproval(call: Call, reply: Reply, gate: Gate, resume: Resume): void {
  const submission = submit(call, gate);
  if (!('approval' in submission)) {
    resume(submission, undefined);
    return;
  }
  const { approval } = submission;
  call.approval = { name: approval.name, state: approval.state };
  const verdict = verdictOn(call, gate, approval);
  if (verdict !== 'wait') resume(verdict, undefined);
  else new Hold(call, reply, gate, submission, resume).start();
}

function submit(call: Call, gate: Gate): Submission | Refusal {
  const { approvals } = gate;
  const { message, principal, policy, decision } = call;
  const target = call.targets[0];
  if (approvals === undefined)
    return wording.impossible('nobody can approve here; this gate runs without an approval service');
  if (message?.kind !== 'request' || principal === undefined || policy === undefined || target === undefined) {
    return wording.impossible('the call names nothing that could be approved');
  }
  if (decision?.approval === undefined) return wording.impossible('the rule has no approval terms');
  // Two different texts would have one digest; a person would approve one and the server run the other.
  if (!call.exact) return wording.impossible('a number is too large to be shown exactly; send it as a string');
  const { namespace, name: server } = policy.bundle.server;
  const digest = callDigest(
    `${namespace}/${server}`,
    `${principal.kind}:${principal.name}`,
    message.method,
    message.params,
  );
  const named = namedApproval(message.params);
  if (named !== undefined && !isKnown(approvals, named, digest)) return wording.unknown(named);
  const submission = approvals.submit({
    namespace,
    server,
    method: message.method,
    // Not its arguments: the request is kept when the call is long over, and the preview shows them.
    target: { kind: target.kind, name: target.name, args: undefined },
    principal,
    digest,
    preview: previewOf(message.params, target.name),
    reason: decision.detail ?? `${describeTarget(target)} needs approval`,
    rule: decision.rules.join(', '),
    revision: policy.revision,
    expiresMs: decision.approval.expiresMs,
  });
  return submission ?? wording.impossible('too many of your calls wait for approval; wait until some are decided');
}

function namedApproval(params: JsonObject): string | undefined {
  const meta = params['_meta'];
  const name = isObject(meta) ? meta[APPROVAL_META_KEY] : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** Names are shown to approvers and printed in logs: knowing one must not tell anything about another's call. */
function isKnown(approvals: ApprovalBroker, name: string, digest: string): boolean {
  return approvals.get(name)?.subject.digest === digest;
}

/** What to do now: `wait`, refuse, or (undefined) go on with the approval used up. */
function verdictOn(call: Call, gate: Gate, approval: ApprovalRecord): Refusal | undefined | 'wait' {
  const verdict = weigh(call, gate, approval);
  call.approval = { name: approval.name, state: approval.state };
  return verdict;
}

function weigh(call: Call, gate: Gate, approval: ApprovalRecord): Refusal | undefined | 'wait' {
  switch (approval.state) {
    case 'Pending':
      return 'wait';
    case 'Denied':
      return wording.denied(approval);
    case 'Expired':
      gate.approvals?.forgetExpired(approval);
      return wording.expired(approval);
    case 'Consumed':
      return wording.usedByAnother(approval);
    case 'Approved':
      break;
  }
  // The policy may have changed while a person thought; what is in force now decides.
  const policy = gate.policy.current();
  if (policy === undefined || call.principal === undefined) return wording.outdated(approval);
  if (policy.revision !== approval.subject.revision) return wording.outdated(approval);
  // So may who is known by which token. The approval stays for who still is.
  if (!isStillProven(call, gate)) return refuse('unauthenticated', 'the token changed while the call was held');
  if (gate.audit.state !== 'ok') return refuse('audit-unavailable', 'calls are refused until they can be');
  return gate.approvals?.claim(approval, policy.revision) === true ? undefined : wording.expired(approval);
}

class Hold {
  readonly #call: Call;
  readonly #reply: Reply;
  readonly #gate: Gate;
  readonly #approval: ApprovalRecord;
  readonly #usedUp: string | undefined;
  readonly #resume: Resume;
  readonly #startedAt: number;
  readonly #progress: ProgressOffset | undefined;
  #timers: NodeJS.Timeout[] = [];
  #stopWaiting: () => void = () => {};
  #over = false;

  constructor(call: Call, reply: Reply, gate: Gate, submission: Submission, resume: Resume) {
    this.#call = call;
    this.#reply = reply;
    this.#gate = gate;
    this.#approval = submission.approval;
    this.#usedUp = submission.usedUp;
    this.#resume = resume;
    this.#startedAt = gate.clock.monotonic();
    const token = call.message?.kind === 'request' ? progressTokenOf(call.message.params) : undefined;
    this.#progress = token === undefined ? undefined : new ProgressOffset(token);
  }

  start(): void {
    this.#gate.metrics.heldCalls(1);
    this.#gate.holds.add(this.#call, () => this.#finish('cancelled'));
    this.#stopWaiting = this.#gate.approvals?.whenSettled(this.#approval, () => this.#finish('settled')) ?? (() => {});
    this.#reply.onClientGone(() => this.#finish('client-gone'));
    const untilExpiry = this.#approval.expiresAt - this.#gate.clock.now();
    const budget = Math.min(this.#call.decision?.approval?.holdMs ?? 0, Math.max(0, untilExpiry));
    this.#timers.push(setTimeout(() => this.#finish('budget'), budget));
    if (!acceptsEvents(this.#call)) return;
    this.#reply.start(200, SSE_HEADERS);
    this.#reply.write(KEEP_ALIVE);
    this.#timers.push(setInterval(() => this.#reply.write(KEEP_ALIVE), KEEP_ALIVE_MS));
    if (this.#progress === undefined) return;
    this.#sendProgress();
    this.#timers.push(setInterval(() => this.#sendProgress(), PROGRESS_MS));
  }

  #sendProgress(): void {
    const text = this.#progress?.next(`waiting for approval ${this.#approval.name}`);
    if (text !== undefined) this.#reply.write(messageEvent(text));
  }

  #finish(why: 'settled' | 'budget' | 'client-gone' | 'cancelled'): void {
    if (this.#over) return;
    this.#over = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#stopWaiting();
    this.#gate.holds.delete(this.#call);
    this.#gate.metrics.heldCalls(-1);
    this.#call.heldMs = this.#gate.clock.monotonic() - this.#startedAt;
    // With nobody there to collect the result, nothing is executed; the decision waits for an identical call.
    if (why === 'client-gone' || why === 'cancelled') {
      this.#resume(wording.pending(this.#approval, undefined), undefined);
      return;
    }
    // The broker tells time by asking: a request that is due has expired now.
    this.#gate.approvals?.get(this.#approval.name);
    const verdict = verdictOn(this.#call, this.#gate, this.#approval);
    this.#resume(verdict === 'wait' ? wording.pending(this.#approval, this.#usedUp) : verdict, this.#progress);
  }
}

/** Clients must accept both kinds of answer, but one that says it takes no events gets none. */
function acceptsEvents(call: Call): boolean {
  const { accept } = call.headers;
  return accept === undefined || accept.includes('text/event-stream') || accept.includes('*/*');
}
