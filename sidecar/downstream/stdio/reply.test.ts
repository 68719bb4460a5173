import { PassThrough, Writable } from 'node:stream';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Call } from '../../call/call.ts';
import { StdioReply } from './reply.ts';

let output: PassThrough;
let over: number;
beforeEach(() => {
  output = new PassThrough();
  over = 0;
});

function replyTo(awaits: Call['awaits'], httpMethod = 'POST', into: Writable = output): StdioReply {
  return new StdioReply({ awaits, httpMethod, request: { httpMethod } } as unknown as Call, into, () => over++);
}
const said = (): string => (output.read() as Buffer | null)?.toString() ?? '';
const SSE = { 'content-type': 'text/event-stream' };

describe('a whole answer', () => {
  test('is one line, whatever line breaks are in it', () => {
    const reply = replyTo('answer');
    reply.send(200, {}, '{"id":1,\r\n"result":"\u2028"}');
    expect(
      said()
        .trimEnd()
        .split(/[\n\r\u2028]/),
    ).toHaveLength(1);
    expect([reply.open, over]).toEqual([false, 1]);
  });

  test.each([
    ['a notification', 'nothing', 'POST'],
    ['our own stream', undefined, 'GET'],
  ] as const)('to %s is said to nobody', (_name, awaits, httpMethod) => {
    replyTo(awaits, httpMethod).send(400, {}, '{"error":1}');
    expect([said(), over]).toEqual(['', 1]);
  });

  test('to what nobody can tell whether it is awaited is said', () => {
    replyTo(undefined).send(400, {}, '{"error":1}');
    expect(said()).toBe('{"error":1}\n');
  });

  test('of nothing is no line', () => {
    replyTo('answer').send(202, {}, '');
    expect(said()).toBe('');
  });

  test('is the only one', () => {
    const reply = replyTo('answer');
    reply.send(200, {}, '{"id":1}');
    reply.send(200, {}, '{"id":2}');
    reply.write(Buffer.from('x'));
    reply.end();
    reply.destroy();
    expect([said(), over]).toEqual(['{"id":1}\n', 1]);
  });
});

describe('an answer in pieces', () => {
  test('is a line for each event that has a message, as it comes', () => {
    const reply = replyTo('answer');
    reply.start(200, SSE);
    expect(reply.started).toBe(true);
    reply.write(Buffer.from(': keep-alive\n\nid: 1\ndata:\n\nevent: message\ndata: {"a":1}\n\ndata: {"b"'));
    expect(said()).toBe('{"a":1}\n');
    reply.write(Buffer.from(':2}\n\n'));
    expect(said()).toBe('{"b":2}\n');
    reply.end();
    expect([said(), over]).toEqual(['', 1]);
  });

  test('that is no stream of events is one line at its end', () => {
    const reply = replyTo('answer');
    reply.start(200, { 'content-type': 'application/json' });
    reply.write(Buffer.from('{"a":'));
    expect(said()).toBe('');
    reply.write(Buffer.from('1}'));
    reply.end();
    expect(said()).toBe('{"a":1}\n');
  });

  test('that is broken off says nothing that could be taken for an answer', () => {
    const reply = replyTo('answer');
    reply.start(200, {});
    reply.write(Buffer.from('{"a":1}'));
    reply.destroy();
    expect([said(), reply.open, over]).toEqual(['', false, 1]);
  });

  test('waits for a client that does not read', async () => {
    const slow = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => setImmediate(done) });
    const reply = replyTo('answer', 'POST', slow);
    reply.start(200, SSE);
    expect(reply.write(Buffer.from('data: {"a":1}\n\n'))).toBe(false);
    expect(reply.unread).toBeGreaterThan(0);
    await new Promise<void>((resolve) => reply.onDrain(resolve));
    expect(reply.unread).toBe(0);
  });
});

describe('when the conversation ends', () => {
  test('before the answer, whoever waits is told, once', () => {
    const reply = replyTo('answer');
    let told = 0;
    reply.onClientGone(() => told++);
    reply.clientGone();
    reply.clientGone();
    expect([told, over, reply.open]).toEqual([1, 1, false]);
  });

  test('behind the answer, nobody is', () => {
    const reply = replyTo('answer');
    reply.onClientGone(() => expect.fail('it had its answer'));
    reply.send(200, {}, '{"id":1}');
    reply.clientGone();
    expect(over).toBe(1);
  });
});
