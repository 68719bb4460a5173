import { beforeEach, describe, expect, it } from 'vitest';
import { messageEvent } from '../../core/mcp/sse.ts';
import { type Reply, SSE_HEADERS } from '../call/reply.ts';
import type { Session } from '../memory/sessions.ts';
import { TestReply, answerParts, answerTo, callOf, endpointSession } from '../testing/answering.ts';
import { replyOf } from './endpoint-reply.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const MEGABYTE = 1024 * 1024;

let parts: ReturnType<typeof answerParts>;
let post: TestReply;
let stream: TestReply;
let session: Session;
beforeEach(() => {
  parts = answerParts();
  post = new TestReply();
  stream = new TestReply();
  session = endpointSession(parts, stream);
});

const posted = (id: number | null = 1): Reply => replyOf(callOf(parts, { session, version: '2024-11-05', id }), post);

it('what was posted to no such session is answered where it was posted', () => {
  expect(replyOf(callOf(parts), post)).toBe(post);
});

describe('an answer', () => {
  it('goes to the stream as an event, and the POST hears only that it was taken', () => {
    posted().send(200, JSON_TYPE, answerTo(1, { ok: true }));
    expect(stream.text).toBe(messageEvent(answerTo(1, { ok: true })).toString());
    expect([post.status, post.text, stream.open]).toEqual([202, 'Accepted', true]);
  });

  it('of several events goes there as well, and the stream outlives it', () => {
    const reply = posted();
    reply.start(200, SSE_HEADERS);
    expect([post.status, reply.started]).toEqual([202, true]);
    reply.write(messageEvent('{"a":1}'));
    reply.write(messageEvent('{"a":2}'));
    reply.end();
    expect([stream.messages, stream.open, reply.open]).toEqual([[{ a: 1 }, { a: 2 }], true, false]);
  });

  it('of anything but events cannot be streamed there', () => {
    expect(() => posted().start(200, JSON_TYPE)).toThrow(/only events/);
    expect(post.started).toBe(false);
  });

  it.each<[string, number | null, number, object, string]>([
    ['a notification that is refused', null, 400, JSON_TYPE, '{"error":1}'],
    ['a server that says only that it took the message', 1, 202, {}, ''],
    ['what is no message', 1, 502, { 'content-type': 'text/plain' }, 'who?'],
  ])('is on the POST alone: %s', (_what, id, status, headers, body) => {
    posted(id).send(status, { ...headers }, body);
    expect([post.status, post.text, stream.text]).toEqual([status, body, '']);
  });

  it('is there once, whatever follows it', () => {
    const reply = posted();
    reply.send(200, JSON_TYPE, answerTo(1, {}));
    const said = stream.text;
    reply.send(200, JSON_TYPE, answerTo(1, {}));
    reply.end();
    expect(reply.write(messageEvent('{}'))).toBe(true);
    expect([stream.text, post.text]).toEqual([said, 'Accepted']);
  });

  it('that is cut off cuts the POST off, and leaves the stream to the others', () => {
    const reply = posted();
    reply.destroy();
    expect([post.torn, stream.open, reply.open]).toEqual([true, true, false]);
  });
});

describe('a stream that is gone', () => {
  it('leaves nobody to answer', () => {
    const reply = posted();
    stream.leave();
    expect(reply.open).toBe(false);
  });

  it('ends its session, and with it each call that is open in it, once', () => {
    const [one, two] = [posted(1), posted(2)];
    let gone = 0;
    for (const reply of [one, two]) reply.onClientGone(() => gone++);
    one.send(200, JSON_TYPE, answerTo(1, {}));
    for (const end of session.atEnd) end();
    for (const end of session.atEnd) end();
    expect([gone, two.open, session.atEnd.size]).toEqual([1, false, 0]);
  });

  it('is told to a POST that is not answered yet', () => {
    posted();
    for (const end of session.atEnd) end();
    expect([post.status, post.text]).toEqual([404, 'The session is over']);
  });
});

it('a client that closes its POST is there as long as its stream is', () => {
  let gone = 0;
  const reply = posted();
  reply.onClientGone(() => gone++);
  post.leave();
  expect([gone, reply.open]).toEqual([0, true]);
});

describe('a client that does not read its stream', () => {
  beforeEach(() => {
    stream.reads = false;
  });

  it('slows the server down, until it reads again', () => {
    const reply = posted();
    reply.start(200, SSE_HEADERS);
    expect(reply.write(messageEvent('{}'))).toBe(false);
    expect(reply.unread).toBe(stream.unread);
    let resumed = 0;
    reply.onDrain(() => resumed++);
    stream.drain();
    expect(resumed).toBe(1);
  });

  it('cannot fill the memory with answers that come as fast as it asks', () => {
    const body = answerTo(1, { text: 'x'.repeat(100_000) });
    for (let i = 0; i < 100; i++) {
      post = new TestReply();
      posted().send(200, JSON_TYPE, body);
    }
    expect([stream.torn, stream.unread <= MEGABYTE]).toEqual([true, true]);
  });

  it('is forgiven once it has taken everything', () => {
    const answer = (): void => {
      post = new TestReply();
      posted().send(200, JSON_TYPE, answerTo(1, { text: 'x'.repeat(MEGABYTE * 0.6) }));
    };
    answer();
    stream.drain();
    stream.reads = false;
    answer();
    expect(stream.torn).toBe(false);
    answer();
    expect(stream.torn).toBe(true);
  });
});
