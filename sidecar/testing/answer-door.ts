/** The door of an answer with a call that the server has just been handed. */
import { ResponseDoor } from '../answer/http.ts';
import type { Call } from '../call/call.ts';
import { type CallSketch, TestReply, type TestParts, answerParts, callOf } from './answering.ts';

export interface Answering {
  readonly call: Call;
  readonly parts: TestParts;
  readonly reply: TestReply;
  readonly door: ResponseDoor;
  /** How often the server was told that nothing more is wanted, and to go on. */
  readonly aborted: () => number;
  readonly resumed: () => number;
  /** What is on record of how calls ended: outcome and reason. */
  readonly outcomes: () => string[];
}

/** `sketch`: of the call; a function where it needs a session. */
export function answering(
  sketch: CallSketch | ((parts: TestParts) => CallSketch) = {},
  parts = answerParts(),
  reply = new TestReply(),
): Answering {
  const call = callOf(parts, typeof sketch === 'function' ? sketch(parts) : sketch);
  call.isSent({ at: parts.clock.monotonic(), declares: call.sending?.declares });
  const door = new ResponseDoor(call, reply, parts, undefined);
  let [aborted, resumed] = [0, 0];
  door.attach({ abort: () => void aborted++, resume: () => void resumed++ });
  return {
    ...{ call, parts, reply, door },
    aborted: () => aborted,
    resumed: () => resumed,
    outcomes: () => parts.lines.map(({ outcome, decision }) => `${outcome} ${decision.reason}`),
  };
}
