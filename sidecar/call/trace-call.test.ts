import { beforeEach, describe, expect, it } from 'vitest';
import { decide } from '../../core/policy/decide.ts';
import { ada, tool } from '../../core/policy/testing/gen.ts';
import type { SpanData } from '../../core/telemetry/telemetry.ts';
import { readSampler } from '../../core/telemetry/sampler.ts';
import { GETTERS, answerParts } from '../testing/answering.ts';
import { judgedCall, requestOf } from '../testing/calls.ts';
import type { Tracing } from '../telemetry/call-span.ts';
import type { JudgedCall, MessageCall } from './call.ts';
import { newSending } from './stages.ts';
import { beginTrace, endTrace } from './trace-call.ts';

const PARENT = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true, state: 'v=1' };
let spans: SpanData[];
let parts: ReturnType<typeof answerParts> & { readonly tracing: Tracing };
beforeEach(() => {
  spans = [];
  const { sampler } = readSampler(undefined, undefined);
  parts = { ...answerParts(), tracing: { sampler, span: (span) => void spans.push(span) } };
});

function traced(method = 'tools/call', sketch: Parameters<typeof judgedCall>[0] = {}): JudgedCall {
  const targets = [tool('get_a')];
  const verdict = decide(GETTERS, { principal: ada, targets, inspection: undefined });
  const message = requestOf(method, { name: 'get_a', arguments: { secret: 'x' } });
  const call = judgedCall(
    { message, judgement: { targets, verdict }, ...sketch },
    { policy: GETTERS, parent: PARENT, traceId: PARENT.traceId, admittedAt: parts.clock.monotonic() },
  );
  beginTrace(call as unknown as MessageCall, parts);
  return call;
}

describe('the spans of a call', () => {
  it('are of it, of each wait in it, and of asking the server', () => {
    const call = traced();
    const waited = call.course.span?.beginWait('sallyport.await_approval', parts.clock.monotonic());
    parts.clock.advance(100);
    if (waited !== undefined) waited.ended = parts.clock.monotonic();
    call.isSent(newSending(parts.clock.monotonic(), 'legacy', undefined));
    parts.clock.advance(20);
    endTrace(call, parts, 'answered', 'forwarded');
    const [own, wait, asking] = spans;
    expect(spans.map(({ name, kind, error }) => [name, kind, error])).toEqual([
      ['tools/call get_a', 'server', undefined],
      ['sallyport.await_approval', 'internal', undefined],
      ['tools/call get_a', 'client', undefined],
    ]);
    expect(own?.parent).toEqual({ spanId: PARENT.spanId, isRemote: true, state: 'v=1' });
    for (const inner of [wait, asking]) {
      expect(inner).toMatchObject({ traceId: PARENT.traceId, parent: { spanId: own?.spanId, isRemote: false } });
    }
    const lengths = spans.map(({ start, end }) => Math.round(end - start));
    expect(lengths).toEqual([120, 100, 20]);
    expect(own?.end).toBeCloseTo(parts.clock.now(), 3);
    expect(JSON.stringify(spans)).not.toContain('secret');
  });

  it('say what went wrong', () => {
    endTrace(traced(), parts, 'refused', 'denied');
    expect(spans).toMatchObject([{ error: 'denied', attributes: { 'error.type': 'denied' } }]);
  });

  it('say of a server that failed that it did', () => {
    const call = traced();
    call.isSent(newSending(0, 'legacy', undefined));
    endTrace(call, parts, 'upstream-error', 'upstream-broken');
    expect(spans.map(({ kind, error }) => [kind, error])).toEqual([
      ['server', 'upstream-broken'],
      ['client', 'upstream-broken'],
    ]);
  });

  it.each(['pending', 'client-gone', 'accepted'] as const)('call %s no fault', (outcome) => {
    endTrace(traced(), parts, outcome, 'x');
    expect(spans).toMatchObject([{ error: undefined }]);
  });

  it('name what is called and not where it lies', () => {
    const targets = [{ kind: 'resource', name: 'file:///a', args: undefined } as const];
    endTrace(traced('resources/read', { judgement: { targets } }), parts, 'answered', 'forwarded');
    expect(spans).toMatchObject([{ name: 'resources/read', attributes: { 'mcp.resource.uri': 'file:///a' } }]);
  });
});

describe('a call is not traced', () => {
  it('where nobody collects traces', () => {
    const call = judgedCall({ message: requestOf('tools/call') });
    beginTrace(call as unknown as MessageCall, answerParts());
    expect(call.course.span).toBeUndefined();
  });

  it('where whoever began the trace does not want it', () => {
    const call = judgedCall({ message: requestOf('tools/call') }, { parent: { ...PARENT, sampled: false } });
    beginTrace(call as unknown as MessageCall, parts);
    endTrace(call, parts, 'answered', 'forwarded');
    expect([call.course.span, spans]).toEqual([undefined, []]);
  });

  it('when it is the answer to a question of the server', () => {
    const message = { kind: 'response', id: 1, failed: false, view: undefined } as const;
    const call = judgedCall({ message }, { parent: PARENT });
    beginTrace(call as unknown as MessageCall, parts);
    expect(call.course.span).toBeUndefined();
  });
});
