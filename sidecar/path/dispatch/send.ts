/** The call goes to the server, and what the server answers to the door of answers. */
import { ResponseDoor } from '../../answer/http.ts';
import type { JudgedCall } from '../../call/call.ts';
import type { Reply } from '../../call/reply.ts';
import { noteEcho } from '../../call/note-echo.ts';
import { settle } from '../../call/settle.ts';
import { newSending } from '../../call/stages.ts';
import type { UpstreamRequest } from '../../upstream/request.ts';
import { NOTHING_TO_STOP } from '../../upstream/answer-instead.ts';
import { UpstreamError } from '../../upstream/upstream.ts';
import type { PathParts } from '../parts.ts';
import { answerForTask } from './held-task.ts';
import { findKept } from './kept-answer.ts';
import { upstreamRequestOf } from './upstream-request.ts';

export function send(call: JudgedCall, reply: Reply, gate: PathParts): void {
  if (endsHold(call, gate)) {
    reply.send(202, {}, '');
    settle(call, gate, 'accepted', 'hold-cancelled');
    return;
  }
  if (answersGate(call)) {
    reply.send(202, {}, '');
    settle(call, gate, 'accepted', 'answers-gate');
    return;
  }
  if (answerForTask(call, reply, gate)) return;
  const { request, reading, course } = call;
  const kept = findKept(call, gate);
  const asked = watchedFor(call, gate);
  call.isSent(newSending(gate.clock.monotonic(), reading.revision.era, call.content?.message));
  const door = new ResponseDoor(call, reply, gate, course.progress);
  if (kept !== undefined) {
    kept(door);
    door.attach(NOTHING_TO_STOP);
    call.isHandedOver();
    return;
  }
  if (reading.head?.kind === 'request') gate.dispatched.add(call, course.intent !== undefined);
  try {
    const sink = gate.oauth.around(door, reading.policy, request.headers.host);
    door.attach(gate.upstream.send(asked, sink));
    call.isHandedOver();
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

function watchedFor(call: JudgedCall, gate: PathParts): UpstreamRequest {
  return { ...upstreamRequestOf(call), onEcho: (echo) => noteEcho(call, gate, echo) };
}

/** What the gate itself has asked a client is no business of the server's. */
function answersGate({ reading, content }: JudgedCall): boolean {
  const message = content?.message;
  if (message?.kind !== 'response') return false;
  const heard = reading.conversation?.ownRequests.get(message.id);
  if (heard === undefined) return false;
  reading.conversation?.ownRequests.delete(message.id);
  heard(message.view?.result);
  return true;
}

/** A call that is taken back while it is held never reached the server, so neither does its cancellation. */
function endsHold({ request, reading, content }: JudgedCall, { holds }: Pick<PathParts, 'holds'>): boolean {
  if (request.httpMethod === 'DELETE' && reading.session !== undefined) holds.cancelSession(reading.session);
  const message = content?.message;
  if (message?.kind !== 'notification' || message.method !== 'notifications/cancelled') return false;
  return holds.cancel(reading.conversation, message.params['requestId']);
}
