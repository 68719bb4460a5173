/**
 * The path of a call: every message from a client, on every transport, takes these steps in this order. There is no second way in.
 * HTTP has its own intake first (downstream/http/intake.ts): target, host, origin, types, sizes. What has to be true in the moment of
 * sending stands in another list (dispatch/dispatch.ts), and what is checked on an answer in a third (answer/checks.ts).
 */
import { outlineOf } from '../../core/mcp/outline.ts';
import type { Refusal } from '../../core/mcp/refusals.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { Inspection } from '../../core/policy/inspection.ts';
import { heedAccept } from '../answer/accept-reply.ts';
import {
  Call,
  type EnteredCall,
  type EnteringCall,
  type JudgedCall,
  type JudgingCall,
  type JudgingMessage,
  type ListShare,
  type MessageCall,
  type ReadCall,
  type ReadingCall,
  isEntered,
  isJudged,
  isOneMessage,
  isRead,
} from '../call/call.ts';
import { refuseCall } from '../call/refuse-call.ts';
import { beginTrace } from '../call/trace-call.ts';
import type { ClientReply, Reply } from '../call/reply.ts';
import { newContent, newEntry, newJudgement, newReading } from '../call/stages.ts';
import { dispatch } from './dispatch/dispatch.ts';
import { failCall } from './fail-call.ts';
import type { PathParts } from './parts.ts';
import { refuseElement, refuseUnread } from './refuse-unread.ts';
import { awaitApproval } from './steps/await-approval.ts';
import { bindSession } from './steps/bind-session.ts';
import { checkBatch } from './steps/check-batch.ts';
import { checkHalt } from './steps/check-halt.ts';
import { checkDefinition } from './steps/check-definition.ts';
import { checkReferences } from './steps/check-references.ts';
import { checkSchema } from './steps/check-schema.ts';
import { checkStream } from './steps/check-stream.ts';
import { claimId } from './steps/claim-id.ts';
import { classifyRevision } from './steps/classify-revision.ts';
import { consultHistory } from './steps/consult-history.ts';
import { consultCatalogue } from './steps/consult-catalogue.ts';
import { decideByPolicy } from './steps/decide-by-policy.ts';
import { identify } from './steps/identify.ts';
import { inspectContent } from './steps/inspect-content.ts';
import { noteTraffic } from './steps/note-traffic.ts';
import { readBody } from './steps/read-body.ts';
import { requireOrder } from './steps/require-order.ts';
import { serveOne, takeRoom } from './steps/take-room.ts';
import { resumeHeld } from './steps/resume-held.ts';
import { type Step, type Stretch, type SureStep, run, walk } from './walk.ts';

/** Before the body is read, so none of these can wait: who is it, and is there room for more of theirs? */
const ENTRY: readonly SureStep<EnteringCall>[] = [requireOrder, identify, takeRoom];

/** With the body: what is said, in which revision, and in whose session? */
const READING: readonly Step<ReadingCall>[] = [readBody, classifyRevision, resumeHeld, bindSession];

/** One message: is it known, and not halted, is what it refers to its own, is it allowed, also after what came before, and by a person where the rules want one? */
const JUDGING: readonly Step<JudgingMessage>[] = [
  ...[
    consultCatalogue,
    checkHalt,
    serveOne,
    claimId,
    checkReferences,
    checkStream,
    noteTraffic,
    decideByPolicy,
    checkSchema,
    checkDefinition,
    inspectContent,
  ],
  consultHistory,
  awaitApproval,
];

/** A list of messages, each of which takes the whole path by itself, as from its entry. */
const LIST: readonly SureStep<ReadCall>[] = [checkBatch];
const ENTRY_OF_ELEMENT: readonly SureStep<EnteringCall>[] = [takeRoom];

/** Without a body: a stream is opened or a session ended. */
const READING_OF_STREAM: readonly Step<ReadingCall>[] = [classifyRevision, bindSession];
const JUDGING_OF_STREAM: readonly Step<JudgingCall>[] = [checkHalt, checkStream];

/** First half. Whoever is refused here is answered and recorded by `refuseCall`; otherwise `admit` follows. */
export function enter(call: EnteringCall, gate: PathParts): Refusal | undefined {
  return run(ENTRY, call, gate);
}

/** Second half, with the body where there is one. Everything that can happen to the call ends in one record. Never throws. */
export function admit(call: Call, body: Buffer | undefined, client: ClientReply, gate: PathParts): void {
  const reply = heedAccept(call, client);
  call.course.admittedAt = gate.clock.monotonic();
  if (call.request.httpMethod === 'POST') read(MESSAGE_READING, call, body, reply, gate);
  else read(STREAM_READING, call, undefined, reply, gate);
}

/** The body may have taken its time; what is in force now decides. Never throws. */
function read<N extends ReadingCall, R extends Reply>(
  stretch: Stretch<ReadingCall, N, R>,
  call: Call,
  body: Buffer | undefined,
  reply: R,
  gate: PathParts,
): void {
  try {
    if (!isEntered(call)) throw new Error('nobody knows whose call it is');
    walk(stretch, readUnder(gate.policy.current() ?? call.entry.policy, call, body), reply, gate);
  } catch (error) {
    failCall(call, reply, gate, error);
  }
}

function readUnder(policy: Policy | undefined, call: EnteredCall, body: Buffer | undefined): ReadingCall {
  const reading = newReading(policy, call.request.sessionId);
  call.isRead(reading, body === undefined ? undefined : newContent(body));
  call.course.requestBytes = body?.length ?? 0;
  return call as ReadingCall;
}

/** What is refused at its entry is read all the same where nothing but its id tells the client which of its messages that was. */
export function readToRefuse(call: Call, body: Buffer, client: ClientReply, gate: PathParts, refusal: Refusal): void {
  if (isEntered(call)) run([readBody], readUnder(call.entry.policy, call, body), gate);
  refuseUnread(call, client, gate, refusal);
}

const MESSAGE_READING: Stretch<ReadingCall, ReadingCall & ReadCall, ClientReply> = {
  steps: READING,
  isDone: isRead,
  onward(call, client, gate) {
    if (call.reading.batch === undefined) judge(call, client.forMessage(call), gate);
    else admitList(call, call.reading.batch, client, gate);
  },
  stop: refuseUnread,
};

const ELEMENT_READING: Stretch<ReadingCall, ReadingCall & ReadCall, Reply> = {
  ...{ steps: READING, isDone: isRead, onward: judge, stop: refuseElement },
};

const STREAM_READING: Stretch<ReadingCall, ReadingCall & ReadCall, Reply> = {
  steps: READING_OF_STREAM,
  isDone: isRead,
  onward(call, reply, gate) {
    call.isJudged(newJudgement());
    walk(STREAM_JUDGING, call as JudgingCall, reply, gate);
  },
  stop: refuseCall,
};

function judge(call: ReadCall, reply: Reply, gate: PathParts): void {
  if (!isOneMessage(call)) throw new Error('there is no message to judge');
  beginTrace(call, gate);
  call.isJudged(newJudgement());
  walk(MESSAGE_JUDGING, call as MessageCall as JudgingMessage, reply, gate);
}

const MESSAGE_JUDGING: Stretch<JudgingMessage, JudgingMessage & JudgedCall, Reply> = {
  ...{ steps: JUDGING, isDone: isJudged, onward: dispatch, stop: refuseCall },
};

const STREAM_JUDGING: Stretch<JudgingCall, JudgingCall & JudgedCall, Reply> = {
  ...{ steps: JUDGING_OF_STREAM, isDone: isJudged, onward: dispatch, stop: refuseCall },
};

function admitList(call: ReadCall, batch: readonly Buffer[], client: ClientReply, gate: PathParts): void {
  const refusal = run(LIST, call, gate);
  if (refusal !== undefined) {
    refuseUnread(call, client, gate, refusal);
    return;
  }
  const answers = client.split(call, batch.length);
  const share: ListShare = { inspection: new Inspection(gate.clock), settled: () => answers.settled() };
  for (const body of batch) {
    const element = elementOf(call, share);
    admitElement(element, body, answers.part(element), gate);
  }
}

/** One of the messages of a list, as a call of its own. */
function elementOf(list: ReadCall, share: ListShare): EnteringCall {
  const entry = newEntry(list.reading.policy, list.entry.proof);
  return new Call(list.request, list.course.admittedAt, entry, share);
}

function admitElement(call: EnteringCall, body: Buffer, reply: Reply, gate: PathParts): void {
  const refusal = run(ENTRY_OF_ELEMENT, call, gate);
  call.course.admittedAt = gate.clock.monotonic();
  if (refusal !== undefined) refuseElement(call, reply, gate, refusal, outlineOf(body));
  else read(ELEMENT_READING, call, body, reply, gate);
}
