import { describe, expect, it } from 'vitest';
import { readSampler } from '../../../core/telemetry/sampler.ts';
import type { JudgedCall, MessageCall } from '../../call/call.ts';
import { beginTrace } from '../../call/trace-call.ts';
import { answerParts } from '../../testing/answering.ts';
import { judgedCall, requestOf } from '../../testing/calls.ts';
import { upstreamRequestOf } from './upstream-request.ts';

const PARENT = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true, state: undefined };
const headers = { traceparent: 'of the client', tracestate: 'of the client', 'user-agent': 'x' };

function traced(call: JudgedCall): JudgedCall {
  const { sampler } = readSampler(undefined, undefined);
  beginTrace(call as unknown as MessageCall, { ...answerParts(), tracing: { sampler, span() {} } });
  return call;
}

const sent = (call: JudgedCall) => {
  const { headers: head, body } = upstreamRequestOf(call);
  return { head, message: JSON.parse(body?.toString() ?? 'null') as { params?: { _meta?: object } } };
};

describe('what the server is asked', () => {
  it('is what the client said, where nothing is traced or edited', () => {
    const call = judgedCall({ message: requestOf('tools/call', { name: 'a' }) }, { headers });
    const { body, headers: head } = upstreamRequestOf(call);
    expect([body, head]).toEqual([call.content?.body, headers]);
    expect(body).toBe(call.content?.body);
  });

  it('has the span of asking it for a parent, in both places', () => {
    const call = traced(judgedCall({ message: requestOf('tools/call', { name: 'a' }) }, { headers, parent: PARENT }));
    const traceparent = `00-${call.traceId}-${call.course.span?.upstreamId}-01`;
    const { head, message } = sent(call);
    // Its tracestate was of another parent.
    expect(head).toEqual({ traceparent, 'user-agent': 'x' });
    expect(message).toMatchObject({ method: 'tools/call', params: { name: 'a', _meta: { traceparent } } });
  });

  it('has it beside what was edited', () => {
    const message = requestOf('tools/call', { arguments: { a: 'secret' } });
    const plain = judgedCall({ message });
    const at = plain.content?.body.indexOf('"secret"') ?? -1;
    const edits = [{ span: { start: at, end: at + '"secret"'.length }, text: '"[redacted]"' }];
    const call = traced(judgedCall({ message, judgement: { edits } }, { parent: PARENT }));
    expect(sent(call).message.params).toEqual({
      arguments: { a: '[redacted]' },
      _meta: { traceparent: call.course.span?.traceparent },
    });
  });

  it('that needs no answer has it in the header alone', () => {
    const message = { kind: 'notification', method: 'notifications/cancelled', params: {} } as const;
    const call = traced(judgedCall({ message }, { parent: PARENT }));
    expect(upstreamRequestOf(call).body).toBe(call.content?.body);
    expect(sent(call).head).toHaveProperty('traceparent', call.course.span?.traceparent);
  });
});
