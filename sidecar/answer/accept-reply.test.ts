import { describe, expect, it } from 'vitest';
import { messageEvent } from '../../core/mcp/sse.ts';
import type { BatchAnswers, ClientReply, Reply } from '../call/reply.ts';
import { SSE_HEADERS } from '../call/reply.ts';
import { type CallSketch, TestReply, answerParts, answerTo, callOf } from '../testing/answering.ts';
import { heedAccept } from './accept-reply.ts';

class Client extends TestReply implements ClientReply {
  forMessage(): Reply {
    return this;
  }

  split(): BatchAnswers {
    return { part: () => this, settled() {} };
  }
}

function replyTo(accept: string, sketch: CallSketch = {}) {
  const client = new Client();
  return { client, reply: heedAccept(callOf(answerParts(), { headers: { accept }, ...sketch }), client) };
}
const PROGRESS = messageEvent('{"jsonrpc":"2.0","method":"notifications/progress","params":{}}');

describe('what a client takes', () => {
  it.each<[name: string, accept: string, sketch: CallSketch]>([
    ['both', 'application/json, text/event-stream', {}],
    ['anything', '*/*', {}],
    ['neither, who gets what there is', 'text/html', {}],
    ['JSON of a stream', 'application/json', { httpMethod: 'GET' }],
    ['JSON in a batch, which gathers its answers itself', 'application/json', { isElement: true }],
    ['all there is on a pipe', 'application/json', { onPipe: true }],
  ])('it gets as it comes: %s', (_name, accept, sketch) => {
    const { client, reply } = replyTo(accept, sketch);
    expect(reply).toBe(client);
  });
});

describe('a client of JSON alone', () => {
  it('gets the answer of a stream as soon as it is there, and nothing else of it', () => {
    const { client, reply } = replyTo('application/json');
    reply.start(200, SSE_HEADERS);
    expect([reply.started, client.started]).toEqual([true, false]);
    reply.write(PROGRESS);
    reply.write(messageEvent(answerTo(2, { of: 'another' })));
    expect(client.started).toBe(false);
    reply.write(messageEvent(answerTo('1', { a: 1 })));
    expect(client).toMatchObject({ status: 200, open: false, text: answerTo('1', { a: 1 }) });
    expect(client.headers).toEqual({ 'content-type': 'application/json', 'cache-control': 'no-cache, no-transform' });
  });

  it('reads of a stream without an answer that its message was taken', () => {
    const { client, reply } = replyTo('application/json');
    reply.start(200, SSE_HEADERS);
    reply.write(PROGRESS);
    reply.end();
    expect(client).toMatchObject({ status: 202, text: '', open: false });
  });

  it('gets what is no stream as it is', () => {
    const { client, reply } = replyTo('application/json');
    reply.start(401, { 'content-type': 'text/plain' });
    reply.write(Buffer.from('who?'));
    reply.end();
    expect(client).toMatchObject({ status: 401, text: 'who?', open: false });
  });
});

describe('a client of events alone', () => {
  it('gets an answer in JSON as one event', () => {
    const { client, reply } = replyTo('text/event-stream');
    reply.send(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': 9 }, answerTo(1, {}));
    expect([client.status, client.headers['content-type'], client.headers['content-length'], client.open]).toEqual([
      200,
      'text/event-stream',
      undefined,
      false,
    ]);
    expect(client.text).toBe(messageEvent(answerTo(1, {})).toString());
  });

  it.each([
    ['an error', 404, 'application/json', '{}'],
    ['nothing', 200, 'application/json', ''],
    ['another type', 200, 'text/plain', 'hello'],
  ])('gets %s as it is', (_name, status, type, body) => {
    const { client, reply } = replyTo('text/event-stream');
    reply.send(status, { 'content-type': type }, body);
    expect(client).toMatchObject({ status, text: body, headers: { 'content-type': type } });
  });
});
