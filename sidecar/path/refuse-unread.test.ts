import { beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../core/mcp/refusals.ts';
import { ada } from '../../core/policy/testing/gen.ts';
import type { Call } from '../call/call.ts';
import type { BatchAnswers, ClientReply } from '../call/reply.ts';
import { newReading } from '../call/stages.ts';
import { BatchReply } from '../downstream/batch-reply.ts';
import { LocalProof } from '../identity/proof.ts';
import { TestReply, type TestParts, answerParts } from '../testing/answering.ts';
import { readCall, readingCall, requestOf } from '../testing/calls.ts';
import type { PathParts } from './parts.ts';
import { refuseElement, refuseUnread } from './refuse-unread.ts';

const NO = refuse('too-deep', 'so it is');
const ACCEPT = { accept: 'application/json' };

class Post extends TestReply implements ClientReply {
  forMessage(): this {
    return this;
  }

  split(list: Call, count: number): BatchAnswers {
    return new BatchReply(list, this, count);
  }
}

let parts: TestParts;
let gate: PathParts;
let reply: Post;
beforeEach(() => {
  parts = answerParts();
  gate = parts as unknown as PathParts;
  reply = new Post();
});

const unread = (body: unknown, options = {}) =>
  readingCall(body, { proof: new LocalProof(ada), headers: ACCEPT, ...options });
const onRecord = (): string[] => parts.lines.map(({ outcome, decision }) => `${outcome} ${decision.reason}`);

describe('a message that is refused as it stands', () => {
  it('is answered under the id that is somewhere in it', () => {
    refuseUnread(unread({ jsonrpc: '2.0', method: 'tools/call', params: {}, id: 'a' }), reply, gate, NO);
    expect(reply.messages).toMatchObject([{ id: 'a', result: { isError: true } }]);
    expect(onRecord()).toEqual(['refused too-deep']);
  });

  it('is answered by what was seen of it, where nothing of it was kept', () => {
    const seen = { kind: 'request', id: 7, method: 'ping', version: undefined } as const;
    refuseUnread(unread(undefined), reply, gate, NO, seen);
    expect(reply.messages).toMatchObject([{ id: 7 }]);
  });

  it('is not gone through once more when it was read', () => {
    const call = readCall({ message: requestOf('tools/call') }, { headers: ACCEPT });
    const content = {
      message: requestOf('tools/call'),
      exact: true,
      get body(): Buffer {
        throw new Error('it was read already');
      },
    };
    call.isRead(call.reading, content);
    refuseUnread(call, reply, gate, NO);
    refuseElement(call, new TestReply(), gate, NO);
    expect(reply.messages).toMatchObject([{ id: 1 }]);
  });

  it('and answers its server is said to the server in the place of the client', () => {
    const { conversation } = parts.sessions.open('s', ada, revision());
    conversation.askedBack.set('asked', true);
    refuseUnread(unread({ jsonrpc: '2.0', id: 'asked', result: {} }, { sessionId: 's' }), reply, gate, NO);
    expect(reply.status).toBe(202);
    expect(parts.sent.map(({ request }) => request.body?.toString())).toEqual([expect.stringContaining('"asked"')]);
    expect(conversation.askedBack.delete('asked')).toBe(false);
  });

  it('has no way back where the address that it was posted to is of no session', () => {
    const call = unread({ jsonrpc: '2.0', method: 'ping', id: 1 }, { sessionId: 'gone', isPostedToEndpoint: true });
    refuseUnread(call, reply, gate, NO);
    expect(onRecord()).toEqual(['refused session-not-found']);
  });
});

describe('a list that is refused as a whole', () => {
  const list = (...bodies: object[]): Call => {
    const call = unread(bodies);
    const batch = bodies.map((body) => Buffer.from(JSON.stringify(body)));
    call.isRead({ ...newReading(undefined, undefined), batch }, call.content);
    return call;
  };

  it('is answered once for each message that waits for an answer, and is one decision', () => {
    const notification = { jsonrpc: '2.0', method: 'notifications/x' };
    refuseUnread(list(requestOf('ping', {}, 'a'), notification, requestOf('ping', {}, 2)), reply, gate, NO);
    const answers = JSON.parse(reply.text) as { id: unknown }[];
    expect(answers.map(({ id }) => id)).toEqual(['a', 2]);
    expect(onRecord()).toEqual(['refused too-deep']);
  });

  it('is no message where nobody in it waits', () => {
    refuseUnread(list({ jsonrpc: '2.0', method: 'notifications/x' }), reply, gate, NO);
    expect(reply.messages).toMatchObject([{ id: null }]);
  });
});

it('one of a list is answered by itself, under its own id', () => {
  refuseElement(unread({ jsonrpc: '2.0', method: 'ping', id: 3 }), reply, gate, NO);
  expect(reply.messages).toMatchObject([{ id: 3 }]);
});

function revision() {
  return readCall().reading.revision;
}
