import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Refusal, refuse } from '../../core/mcp/refusals.ts';
import type { JudgedCall } from '../call/call.ts';
import { isJudged } from '../call/call.ts';
import { TestReply, answerParts } from '../testing/answering.ts';
import { judgedCall, requestOf } from '../testing/calls.ts';
import type { PathParts } from './parts.ts';
import { type Step, type StepTiming, type Stretch, type Wait, run, walk } from './walk.ts';

const NO = refuse('denied', 'by a test');
let said: string[];
let parts: ReturnType<typeof answerParts>;
let gate: PathParts;
let reply: TestReply;
let call: JudgedCall;
beforeEach(() => {
  said = [];
  parts = answerParts();
  gate = parts as unknown as PathParts;
  reply = new TestReply();
  call = judgedCall({ message: requestOf('tools/call', { arguments: { a: 1 }, _meta: { progressToken: 7 } }) });
});

function says(name: string, what?: ReturnType<Step<JudgedCall>>): Step<JudgedCall> {
  const step: Step<JudgedCall> = () => {
    said.push(name);
    return what;
  };
  return Object.defineProperty(step, 'name', { value: name });
}

class Later implements Wait {
  readonly what = 'later';
  resume: (refusal: Refusal | undefined) => void = () => expect.fail('nobody has begun to wait');

  begin(resume: (refusal: Refusal | undefined) => void): void {
    said.push('waits');
    this.resume = resume;
  }
}

function along(
  steps: readonly Step<JudgedCall>[],
  more: Partial<Stretch<JudgedCall, JudgedCall, TestReply>> = {},
): Stretch<JudgedCall, JudgedCall, TestReply> {
  return {
    steps,
    isDone: isJudged,
    onward: () => void said.push('onward'),
    stop: (_call, _reply, _gate, { reason }) => void said.push(reason),
    ...more,
  };
}

describe('a list', () => {
  it('is asked in its order, and leads on when no step has anything to say', () => {
    walk(along([says('a'), says('b')]), call, reply, gate);
    expect(said).toEqual(['a', 'b', 'onward']);
  });

  it('ends at the first refusal', () => {
    walk(along([says('a'), says('b', NO), says('c')]), call, reply, gate);
    expect(said).toEqual(['a', 'b', 'denied']);
  });

  it('does not lead on where its steps have left something out', () => {
    walk(along([says('a')], { isDone: (_: JudgedCall): _ is JudgedCall => false }), call, reply, gate);
    expect(said).toEqual(['a']);
    expect(reply.text).toContain('-32603');
  });

  it('without waits says what refuses, or nothing', () => {
    const steps = [says('a'), says('b', NO)] as unknown as Parameters<typeof run<JudgedCall>>[0];
    expect(run(steps, call, gate)).toBe(NO);
    expect(run(steps.slice(0, 1), call, gate)).toBeUndefined();
  });
});

describe('what is thrown', () => {
  const thrown = (): never => {
    throw new Error('odd');
  };

  it('by a step has decided nothing: the call is refused', () => {
    walk(along([thrown, says('b')]), call, reply, gate);
    expect(said).toEqual(['internal-error']);
  });

  it('behind the list is answered and recorded', () => {
    walk(along([], { onward: thrown }), call, reply, gate);
    expect(reply.messages).toMatchObject([{ id: 1, error: { code: -32_603 } }]);
    expect(parts.lines).toMatchObject([{ outcome: 'refused' }]);
  });

  it('behind a wait is answered as well, with nobody above it', () => {
    const later = new Later();
    walk(along([says('a', later)], { stop: thrown }), call, reply, gate);
    later.resume(NO);
    expect(reply.messages).toMatchObject([{ id: 1, error: { code: -32_603 } }]);
  });
});

describe('a step that waits', () => {
  it('holds the call up until it is resumed, behind the step', () => {
    const later = new Later();
    walk(along([says('a'), says('b', later), says('c')]), call, reply, gate);
    expect(said).toEqual(['a', 'b', 'waits']);
    later.resume(undefined);
    expect(said).toEqual(['a', 'b', 'waits', 'c', 'onward']);
  });

  it('has waited, also where it says nothing, such as a stream that is opened', () => {
    call.isHandedOver();
    const later = new Later();
    walk(along([says('b', later)]), call, reply, gate);
    later.resume(undefined);
    expect([call.content, call.course.hasWaited]).toEqual([undefined, true]);
  });

  it('may end the call', () => {
    const later = new Later();
    walk(along([says('b', later), says('c')]), call, reply, gate);
    later.resume(NO);
    expect(said).toEqual(['b', 'waits', 'denied']);
  });

  it('has all of the list asked again, where what is true has to be true then', () => {
    const later = new Later();
    let waits: Wait | undefined = later;
    const once: Step<JudgedCall> = () => {
      const wait = waits;
      waits = undefined;
      return wait;
    };
    walk(along([says('valid'), once], { startsOver: true }), call, reply, gate);
    later.resume(undefined);
    expect(said).toEqual(['valid', 'waits', 'valid', 'onward']);
  });

  it('keeps of what the call says its text, and no arguments', () => {
    walk(along([says('a', new Later())]), call, reply, gate);
    expect(call.course.hasWaited).toBe(true);
    expect(call.content?.message).toMatchObject({ id: 1, params: { _meta: { progressToken: 7 } } });
    expect(call.content?.message).not.toHaveProperty('params.arguments');
    expect(call.content?.body.toString()).toContain('"arguments":{"a":1}');
  });
});

it('whoever subscribes is told how long each step took', () => {
  const timings: StepTiming[] = [];
  const hear = (timing: unknown): void => void timings.push(timing as StepTiming);
  subscribe('sallyport.step', hear);
  onTestFinished(() => void unsubscribe('sallyport.step', hear));
  const slow: Step<JudgedCall> = () => {
    parts.clock.advance(5);
    return undefined;
  };
  walk(along([says('a'), slow]), call, reply, gate);
  expect(timings).toEqual([
    { step: 'a', traceId: 't', ms: 0 },
    { step: 'slow', traceId: 't', ms: 5 },
  ]);
});
