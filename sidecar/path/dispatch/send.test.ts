import { UpstreamCredentials } from '../../upstream/credentials/credentials.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { Conversation } from '../../memory/conversation.ts';
import { ServerOAuth } from '../../oauth/server-oauth.ts';
import { GETTERS, TestReply, answerParts } from '../../testing/answering.ts';
import { judgedCall, requestOf } from '../../testing/calls.ts';
import { UpstreamError } from '../../upstream/upstream.ts';
import type { PathParts } from '../parts.ts';
import { send } from './send.ts';

let parts: ReturnType<typeof answerParts>;
let gate: PathParts;
let reply: TestReply;
beforeEach(() => {
  parts = answerParts();
  gate = Object.assign(parts, {
    oauth: new ServerOAuth(parts.upstream, parts.clock),
    credentials: new UpstreamCredentials(parts.policy, () => expect.fail('there are none')),
  }) as unknown as PathParts;
  reply = new TestReply();
});

const call = () => judgedCall({ message: requestOf('tools/call', { name: 'get_a' }) }, { policy: GETTERS });

describe('a call that may be sent', () => {
  it('is with the server as its client sent it, and what it says is let go', () => {
    const sent = call();
    const { body } = sent.content ?? {};
    send(sent, reply, gate);
    expect(parts.sent).toMatchObject([{ request: { body, message: { params: { name: 'get_a' } } } }]);
    expect([sent.content, sent.forwardedAt, parts.dispatched.size]).toEqual([undefined, parts.clock.monotonic(), 1]);
  });

  it('is answered when the server cannot be reached', () => {
    parts.upstream.send = () => {
      throw new UpstreamError('upstream-unreachable', 'no');
    };
    send(call(), reply, gate);
    expect(reply.messages).toMatchObject([{ id: 1, error: { code: -31_020 } }]);
    expect(parts.lines).toMatchObject([{ outcome: 'upstream-error' }]);
  });

  it('is answered when it cannot be handed over, and nothing of why is told', () => {
    parts.upstream.send = () => {
      throw new Error('spawn E2BIG');
    };
    send(call(), reply, gate);
    expect(reply.text).not.toContain('E2BIG');
    expect(parts.lines).toMatchObject([{ outcome: 'upstream-error' }]);
  });
});

describe('what ends a call that waits', () => {
  const conversation = new Conversation();
  const waits = (ended: string[]) =>
    parts.holds.add(
      judgedCall({ message: requestOf('tools/call', {}, 7), reading: { conversation } }),
      { cancel: () => void ended.push('cancelled'), abandon() {} },
      0,
    );

  it('never reaches the server, which has not heard of the call either', () => {
    const ended: string[] = [];
    waits(ended);
    const message = { kind: 'notification', method: 'notifications/cancelled', params: { requestId: 7 } } as const;
    send(judgedCall({ message, reading: { conversation } }), reply, gate);
    expect([ended, parts.sent, reply.status]).toEqual([['cancelled'], [], 202]);
    expect(parts.lines).toMatchObject([{ outcome: 'accepted', decision: { reason: 'hold-cancelled' } }]);
  });

  it('goes on to the server when it is about another call', () => {
    waits([]);
    const message = { kind: 'notification', method: 'notifications/cancelled', params: { requestId: 8 } } as const;
    send(judgedCall({ message, reading: { conversation } }), reply, gate);
    expect(parts.sent).toHaveLength(1);
  });
});
