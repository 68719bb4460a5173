/**
 * Runs the lists of the path. A step says nothing, and the next one is asked; or a refusal, which ends the call; or that the call waits,
 * for a person, a disk or whatever comes. No step knows whether another one waits, and a call that does not wait costs no promise, no
 * closure and no object here.
 */
import { channel } from 'node:diagnostics_channel';
import { Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { Call } from '../call/call.ts';
import type { Reply } from '../call/reply.ts';
import { contentOfWaiting } from '../call/stages.ts';
import { failCall } from './fail-call.ts';
import type { PathParts } from './parts.ts';

/** What a call waits for. */
export interface Wait {
  /** Its name among the spans of the call. */
  readonly what: string;
  /** A moment, for something near: what the call says stays as it is read. */
  readonly isShort?: true;
  /**
   * Called once, when the walk is done with the call for now; `resume` has to be called exactly once, with what ends the call, if anything
   * does, and with another reply where the call has one from here on.
   */
  begin(resume: (refusal: Refusal | undefined, instead?: Reply) => void): void;
}

export type SureStep<C extends Call> = (call: C, gate: PathParts) => Refusal | undefined;
export type Step<C extends Call> = (call: C, gate: PathParts, reply: Reply) => Refusal | Wait | undefined;

/** A list and what it leads to. */
export interface Stretch<C extends Call, N extends C, R extends Reply> {
  readonly steps: readonly Step<C>[];
  /** Behind a wait all of its steps are asked again: what has to be true is true then, not some minutes ago. */
  readonly startsOver?: true;
  /** The steps have left nothing out that the next stage builds on. */
  readonly isDone: (call: C) => call is N;
  readonly onward: (call: N, reply: R, gate: PathParts) => void;
  readonly stop: (call: C, reply: R, gate: PathParts, refusal: Refusal) => void;
}

/** Whoever subscribes is told how long each step took; as long as nobody does, no clock is asked. */
const timings = channel('sallyport.step');

export interface StepTiming {
  readonly step: string;
  readonly traceId: string;
  /** Milliseconds. */
  readonly ms: number;
}

/** Never throws: what is thrown on the way ends the call. */
export function walk<C extends Call, N extends C, R extends Reply>(
  stretch: Stretch<C, N, R>,
  call: C,
  reply: R,
  gate: PathParts,
  from = 0,
): void {
  try {
    const { steps } = stretch;
    for (let i = from; i < steps.length; i++) {
      const said = take(steps[i] as Step<C>, call, gate, reply);
      if (said === undefined) continue;
      if (said instanceof Refusal) stretch.stop(call, reply, gate, said);
      else suspend(stretch, call, reply, gate, said, stretch.startsOver === true ? 0 : i + 1);
      return;
    }
    if (!stretch.isDone(call)) throw new Error('the steps have left out what the next stage builds on');
    stretch.onward(call, reply, gate);
  } catch (error) {
    failCall(call, reply, gate, error);
  }
}

/** Runs a list none of whose steps can wait. */
export function run<C extends Call>(steps: readonly SureStep<C>[], call: C, gate: PathParts): Refusal | undefined {
  for (const step of steps) {
    const refusal = take(step, call, gate, undefined);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function suspend<C extends Call, N extends C, R extends Reply>(
  stretch: Stretch<C, N, R>,
  call: C,
  reply: R,
  gate: PathParts,
  wait: Wait,
  next: number,
): void {
  // Also of what says nothing, such as a stream that is opened: what was true before the wait is asked again.
  if (call.content === undefined || wait.isShort === true) call.course.hasWaited = true;
  else call.waits(contentOfWaiting(call.content));
  const waited = call.course.span?.beginWait(wait.what, gate.clock.monotonic());
  wait.begin((refusal, instead) => {
    // What is more than a reply is not asked for any more behind the first step that can wait.
    const to = (instead ?? reply) as R;
    if (waited !== undefined) waited.ended = gate.clock.monotonic();
    if (refusal === undefined) {
      walk(stretch, call, to, gate, next);
      return;
    }
    // Called by timers, watchers and the disk, with nobody above them.
    try {
      stretch.stop(call, to, gate, refusal);
    } catch (error) {
      failCall(call, to, gate, error);
    }
  });
}

/** A step that throws has decided nothing, so the call goes nowhere. */
function take<C extends Call, S, R extends Reply | undefined>(
  step: (call: C, gate: PathParts, reply: R) => S,
  call: C,
  gate: PathParts,
  reply: R,
): S | Refusal {
  try {
    return timings.hasSubscribers ? timed(step, call, gate, reply) : step(call, gate, reply);
  } catch (error) {
    gate.log.error({ err: error, traceId: call.traceId }, 'a step of the path failed; the call was refused');
    return refuse('internal-error', 'the call could not be decided on');
  }
}

function timed<C extends Call, S, R extends Reply | undefined>(
  step: (call: C, gate: PathParts, reply: R) => S,
  call: C,
  gate: PathParts,
  reply: R,
): S {
  const begun = gate.clock.monotonic();
  try {
    return step(call, gate, reply);
  } finally {
    const timing: StepTiming = {
      step: step.name,
      traceId: call.traceId,
      ms: gate.clock.monotonic() - begun,
    };
    timings.publish(timing);
  }
}
