/** The one end of a call, whatever brings it: all that it holds is given back, and what has become of it goes on record. */
import { note } from '../memory/history/history.ts';
import type { Outcome } from '../telemetry/outcome.ts';
import type { Call } from './call.ts';
import { type RecordParts, record } from './record.ts';
import { endTrace } from './trace-call.ts';

/** Ends a call once; later ends of the same one do nothing. `reason` is the refusal's, where there was one. */
export function settle(call: Call, gate: RecordParts, outcome: Outcome, reason: string): void {
  if (call.course.isSettled) return;
  call.course.isSettled = true;
  release(call, gate, outcome, reason);
  record(call, gate, outcome, reason);
  endTrace(call, gate, outcome, reason);
  if (gate.log.isLevelEnabled('debug')) say(call, gate, outcome, reason);
}

/** For whoever looks for a fault, with the level changed while the gate runs; what counts is the record. Nothing that a caller said is in it. */
function say(call: Call, { log, clock }: RecordParts, outcome: Outcome, reason: string): void {
  const { traceId, methodName: method, course } = call;
  const ms = Math.round(clock.monotonic() - course.admittedAt);
  log.debug({ traceId, method, outcome, reason, ms, heldMs: course.heldMs, upstreamMs: course.upstreamMs }, 'call');
}

function release(call: Call, gate: RecordParts, outcome: Outcome, reason: string): void {
  const ended = (): void => {
    endHistory(call, gate, outcome, reason);
    call.course.onEnded?.();
  };
  // Over HTTP+SSE the answer comes later, on the session's stream, and the id is taken until then.
  if (outcome === 'accepted' && call.session?.transport !== undefined) awaitAnswer(call, ended);
  else {
    call.asked?.leave();
    ended();
  }
  call.room?.recorded();
  call.list?.settled();
  const openIn = call.judgement?.openIn;
  if (openIn !== undefined) {
    openIn.inUse--;
    openIn.lastUsed = gate.clock.monotonic();
  }
  if (call.sending !== undefined) gate.dispatched.delete(call);
}

/** The server works on it until then, so it is in flight, however early its POST was answered. With its stream it ends, too. */
function awaitAnswer({ asked, room, session }: Call, atEnd: () => void): void {
  // The answer may have come before the server said that it took the message.
  if (asked?.isOpen !== true || room === undefined || session === undefined) {
    atEnd();
    return;
  }
  const answered = (): void => {
    session.atEnd.delete(answered);
    room.answered();
    atEnd();
  };
  room.answersLater();
  asked.onClosed = answered;
  session.atEnd.add(answered);
}

/** As long as it is at it, it counts as one that is. */
function endHistory(call: Call, gate: RecordParts, outcome: Outcome, reason: string): void {
  const { course } = call;
  const { history, leases, clock } = gate;
  const refused = outcome === 'refused';
  if (course.past === undefined) {
    if (refused) noteRefusal(call, gate);
    return;
  }
  leases.drop(course.past);
  const answerFindings = course.said?.verdict.findings.length ?? 0;
  note(history, course.past.onEnd({ refused, reason, answerFindings, now: clock.now() }));
}

/** Whoever is refused again and again looks for a way. Of a call that names nothing there is nothing to learn. */
function noteRefusal({ policy, principal, session, judgement }: Call, { history, risk }: RecordParts): void {
  const [target] = judgement?.targets ?? [];
  if (policy?.history === undefined || principal === undefined || target === undefined) return;
  const { namespace, name } = policy.bundle.server;
  const whose = { principal, session: session?.id, server: `${namespace}/${name}`, target };
  risk.note(whose);
  note(history, policy.history.onRefused(whose));
}
