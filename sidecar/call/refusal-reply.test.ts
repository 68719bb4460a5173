import { describe, expect, it } from 'vitest';
import { refuse, refuseInWords, refuseMethod } from '../../core/mcp/refusals.ts';
import { TestReply, answerParts, callOf } from '../testing/answering.ts';
import { enteringCall } from '../testing/calls.ts';
import { answerRefusal } from './refusal-reply.ts';

const DENIED = refuseInWords('denied', 'Not executed: no rule allows it.', { rules: [] });

function told(call: Parameters<typeof answerRefusal>[0], refusal = DENIED, reply = new TestReply()) {
  answerRefusal(call, reply, refusal);
  return reply;
}

describe('a refusal', () => {
  it('of a call of a tool is its result, which the model reads', () => {
    const { status, messages } = told(callOf(answerParts()));
    expect([status, messages]).toMatchObject([200, [{ id: 1, result: { isError: true } }]]);
  });

  it('of any other request is an error under its id', () => {
    expect(told(callOf(answerParts(), { method: 'resources/read' })).messages).toMatchObject([
      { id: 1, error: { code: -31_001, data: { rules: [] } } },
    ]);
  });

  it('of what nobody waits for an answer to is no word', () => {
    const { status, text } = told(callOf(answerParts(), { method: 'notifications/x', id: null }));
    expect([status, text]).toEqual([202, '']);
  });

  it('behind the head of a stream is an event, and its end', () => {
    const reply = new TestReply();
    reply.start(200, {});
    told(callOf(answerParts()), DENIED, reply);
    expect([reply.messages.length, reply.open]).toEqual([1, false]);
  });

  it('of who has left is not told', () => {
    const reply = new TestReply();
    reply.leave();
    expect(told(callOf(answerParts()), DENIED, reply).text).toBe('');
  });

  it.each([
    [refuse('unauthenticated'), 'www-authenticate', 'Bearer realm="sallyport"'],
    [
      refuse('nonce-required'),
      'www-authenticate',
      expect.stringContaining('DPoP realm="sallyport", error="use_dpop_nonce"'),
    ],
    [refuse('proof-not-taken'), 'www-authenticate', expect.stringContaining('error="invalid_dpop_proof"')],
    [refuse('draining'), 'retry-after', '2'],
    [refuse('replica-silent'), 'retry-after', '2'],
    [refuseMethod(['POST', 'GET', 'DELETE']), 'allow', 'POST, GET, DELETE'],
  ] as const)('says in headers what clients have to know: $0.reason', (refusal, header, value) => {
    expect(told(enteringCall(), refusal).headers[header]).toEqual(value);
  });

  it('of a token that was sent with a proof asks for another one of these', () => {
    const call = enteringCall({ headers: { authorization: 'DPoP eyJ.eyJ.sig' } });
    expect(told(call, refuse('unauthenticated')).headers['www-authenticate']).toMatch(/^DPoP .*error="invalid_token"/);
  });
});
