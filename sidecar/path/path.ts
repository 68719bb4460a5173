/**
 * The path of a call. Every message from a client, on every transport, goes through these steps in this order; each returns
 * nothing to go on, or the refusal that ends it. There is no second way in.
 */
import { heedAccept } from '../answer/accept-reply.ts';
import { ResponseDoor } from '../answer/http.ts';
import { UpstreamError } from '../upstream/upstream.ts';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import { Inspection } from '../../core/policy/inspection.ts';
import type { PathParts } from './parts.ts';
import type { Call } from '../call/call.ts';
import { claimId, consultCatalogue, decideByPolicy } from './steps/decide.ts';
import { holdForApproval } from './hold.ts';
import { checkBatch } from './steps/check-batch.ts';
import { upstreamRequestOf } from './dispatch/upstream-request.ts';
import { identify } from './steps/identify.ts';
import { putOnDisk, whyOnDisk } from './dispatch/intend.ts';
import type { ProgressOffset } from '../call/progress-offset.ts';
import { bindSession, checkStream, classifyRevision, readBody } from './steps/read-message.ts';
import { record } from '../call/record.ts';
import { checkReferences } from './steps/references.ts';
import { refuseCall } from '../call/refuse-call.ts';
import { refuseElement, refuseUnread } from './refuse-unread.ts';
import type { ClientReply, Reply } from '../call/reply.ts';
import { serveOne, takeRoom } from './steps/room.ts';

export { refuseCall };

type Step = (call: Call, gate: PathParts) => Refusal | undefined;

/** Before the body is read. HTTP has its own intake first (downstream/http/intake.ts): target, host, origin, types, sizes. */
const HEAD: readonly Step[] = [requireOrder, identify, takeRoom];

/** With the body: what is said, in which revision, and in whose session? */
const BODY: readonly Step[] = [readBody, takeRoom, classifyRevision, bindSession];

/** One message: is it known, is what it refers to its own, and is it allowed? */
const MESSAGE: readonly Step[] = [consultCatalogue, serveOne, claimId, checkReferences, checkStream, decideByPolicy];

/** A list of messages, each of which takes the whole path by itself. */
const BATCH: readonly Step[] = [checkBatch];

/** Without a body: a stream is opened or a session ended. */
const NO_BODY: readonly Step[] = [classifyRevision, bindSession, checkStream];

/** First half. A refusal is answered and recorded by `refuseCall`; otherwise `admit` follows. */
export function admitHead(call: Call, gate: PathParts): Refusal | undefined {
  return run(HEAD, call, gate);
}

/** Second half: decides, holds if it must, forwards. Everything that can happen to the call ends in one record. Never throws. */
export function admit(call: Call, given: ClientReply, gate: PathParts): void {
  const reply = heedAccept(call, given);
  try {
    admitBody(call, reply, gate);
  } catch (error) {
    failCall(call, reply, gate, error);
  }
}

function admitBody(call: Call, reply: ClientReply, gate: PathParts): void {
  const refusal = readIt(call, gate);
  if (refusal !== undefined) refuseUnread(call, reply, gate, refusal);
  else if (call.httpMethod !== 'POST') forward(call, reply, gate, undefined);
  else if (call.batch === undefined) admitMessage(call, reply.forMessage(call), gate);
  else admitBatch(call, call.batch, reply, gate);
}

function admitElement(call: Call, reply: Reply, gate: PathParts): void {
  fenced(call, reply, gate, () => {
    const refusal = readIt(call, gate);
    if (refusal === undefined) admitMessage(call, reply, gate);
    else refuseElement(call, reply, gate, refusal);
  });
}

function readIt(call: Call, gate: PathParts): Refusal | undefined {
  call.admittedAt = gate.clock.monotonic();
  // The body may have taken its time; what is in force now decides.
  call.policy = gate.policy.current() ?? call.policy;
  return run(call.httpMethod === 'POST' ? BODY : NO_BODY, call, gate);
}

function admitMessage(call: Call, reply: Reply, gate: PathParts): void {
  const refusal = run(MESSAGE, call, gate);
  if (refusal !== undefined) refuseCall(call, reply, gate, refusal);
  else if (call.decision?.effect === 'RequireApproval') {
    holdForApproval(call, reply, gate, (verdict, progress) => {
      // Called by timers and watchers, with nobody above them.
      fenced(call, reply, gate, () => {
        if (verdict === undefined) dispatch(call, reply, gate, progress);
        else refuseCall(call, reply, gate, verdict);
      });
    });
  } else dispatch(call, reply, gate, undefined);
}

/** On record first where it has to be. */
function dispatch(call: Call, reply: Reply, gate: PathParts, progress: ProgressOffset | undefined): void {
  const why = whyOnDisk(call);
  if (why === undefined) {
    forward(call, reply, gate, progress);
    return;
  }
  putOnDisk(call, reply, gate, why, (refusal) => {
    fenced(call, reply, gate, () => {
      if (refusal === undefined) forward(call, reply, gate, progress);
      else refuseCall(call, reply, gate, refusal);
    });
  });
}

/** For what is called back by timers, watchers and the disk, with nobody above them. */
function fenced(call: Call, reply: Reply, gate: PathParts, step: () => void): void {
  try {
    step();
  } catch (error) {
    failCall(call, reply, gate, error);
  }
}

function admitBatch(call: Call, batch: readonly Buffer[], reply: ClientReply, gate: PathParts): void {
  const refusal = run(BATCH, call, gate);
  if (refusal !== undefined) {
    refuseUnread(call, reply, gate, refusal);
    return;
  }
  // One budget for all: as many messages as a batch may have would take as many times the time.
  call.inspection = new Inspection(gate.clock);
  const answers = reply.split(call, batch.length);
  for (const body of batch) {
    const element = call.element(body);
    admitElement(element, answers.part(element), gate);
  }
}

/** The fence of a call: what was thrown on its path, wherever, ends this call and nothing else. Never throws. */
export function failCall(call: Call, reply: Reply, gate: PathParts, error: unknown): void {
  try {
    gate.log.error({ err: error, traceId: call.traceId }, 'the path of a call failed; the call was refused');
    refuseCall(call, reply, gate, refuse('internal-error', `the log of the gate says more under ${call.traceId}`));
  } catch {
    // Answering or recording fails itself. Cut off, the client knows at least that it has no answer.
    reply.destroy();
  }
}

/** A step that throws has decided nothing, so the call goes nowhere. */
function run(steps: readonly Step[], call: Call, gate: PathParts): Refusal | undefined {
  try {
    for (const step of steps) {
      const refusal = step(call, gate);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  } catch (error) {
    gate.log.error({ err: error, traceId: call.traceId }, 'a step of the path failed; the call was refused');
    return refuse('internal-error', 'the call could not be decided on');
  }
}

/** The gate itself must be in order: a policy to decide by, a log to record in, and time to finish. */
function requireOrder(call: Call, gate: PathParts): Refusal | undefined {
  if (gate.failed !== undefined) return refuse('internal-error', 'the gate has failed and ends; nothing passes it');
  if (gate.draining) return refuse('draining', 'call again in a moment');
  call.policy ??= gate.policy.current();
  if (call.policy === undefined) return refuse('no-policy', 'every call is refused until there is one');
  return gate.audit.state === 'ok' ? undefined : refuse('audit-unavailable', 'calls are refused until they can be');
}

function forward(call: Call, reply: Reply, gate: PathParts, progress: ProgressOffset | undefined): void {
  if (endsHold(call, gate)) {
    reply.send(202, {}, '');
    record(call, gate, 'accepted', 'hold-cancelled');
    return;
  }
  const door = new ResponseDoor(call, reply, gate, progress);
  call.forwardedAt = gate.clock.monotonic();
  if (call.message?.kind === 'request') gate.dispatched.add(call, call.intent !== undefined);
  try {
    const sink = gate.oauth.around(door, call.policy, call.headers.host);
    door.attach(gate.upstream.send(upstreamRequestOf(call), sink));
    call.forgetParams();
  } catch (error) {
    if (error instanceof UpstreamError) {
      door.onError(error);
      return;
    }
    // Such as a program that the system does not start.
    gate.log.error({ err: error, traceId: call.traceId }, 'a call could not be handed over');
    door.onError(new UpstreamError('upstream-unreachable', 'the call could not be handed over', error));
  }
}

/** A call that is taken back while it is held never reached the server, so neither does its cancellation. */
function endsHold(call: Call, gate: PathParts): boolean {
  if (call.httpMethod === 'DELETE' && call.session !== undefined) gate.holds.cancelSession(call.session);
  if (call.message?.kind !== 'notification' || call.message.method !== 'notifications/cancelled') return false;
  return gate.holds.cancel(call.conversation, call.message.params['requestId']);
}
