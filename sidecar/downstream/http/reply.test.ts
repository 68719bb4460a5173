/** Replies on real connections: what a client reads of them. */
import http from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Pieces } from '../../../core/mcp/pieces.ts';
import { HttpReply, endsAfterAnswer } from './reply.ts';

type Handler = (reply: HttpReply, request: http.IncomingMessage, response: http.ServerResponse) => void;

let server: http.Server;
let handler: Handler;
let port = 0;
beforeEach(async () => {
  server = http.createServer((request, response) => {
    const answer = (): void => handler(new HttpReply(request, response), request, response);
    // What has no body is read to its end a moment after its head.
    if (request.headers['content-length'] === undefined) setImmediate(answer);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** All that comes back for these bytes until nothing more comes for a moment, or the connection ends. */
async function exchange(bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk: Buffer) => (received += chunk.toString()));
  const ended = new Promise<string>((resolve) => {
    socket.on('close', () => resolve(`${received}<end>`)).on('error', () => {});
  });
  socket.write(bytes);
  const quiet = (async (): Promise<string> => {
    await vi.waitFor(() => expect(received).not.toBe(''), 5_000);
    await sleep(40);
    return received;
  })();
  const result = await Promise.race([ended, quiet]);
  socket.destroy();
  return result;
}
const GET = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
/** More is announced than comes. */
const HALF = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nhalf';

describe('a whole answer', () => {
  test('has its length in bytes, and leaves the connection open', async () => {
    handler = (reply) => {
      reply.send(200, { 'x-a': '1' }, 'zwölf');
      expect([reply.open, reply.started]).toEqual([false, false]);
    };
    const text = await exchange(GET);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\nx-a: 1\r\ncontent-length: 6\r\n[^]*\r\n\r\nzwölf$/);
  });

  test('of nothing says no length of its own', async () => {
    handler = (reply) => reply.send(202, {}, '');
    expect(await exchange(GET)).toMatch(/^HTTP\/1\.1 202 Accepted\r\n/);
  });

  test('before the request is read to its end ends the connection', async () => {
    handler = (reply, request) => {
      reply.send(413, {}, 'no');
      expect(endsAfterAnswer(request.socket)).toBe(true);
    };
    expect(await exchange(HALF)).toMatch(/connection: close[^]*no<end>$/i);
  });

  test('that cannot be written leaves room for another', async () => {
    handler = (reply) => {
      expect(() => reply.send(200, { 'x-a': 'a\nb' }, 'first')).toThrow(/Invalid character/);
      expect(reply.open).toBe(true);
      reply.send(500, {}, 'second');
    };
    expect(await exchange(GET)).toMatch(/^HTTP\/1\.1 500 [^]*second$/);
  });

  test('is the only one, and nothing follows it', async () => {
    handler = (reply) => {
      reply.send(200, {}, 'one');
      reply.send(200, {}, 'two');
      reply.start(200, {});
      expect(reply.write(Buffer.from('three'))).toBe(true);
      reply.end();
    };
    const text = await exchange(GET);
    expect(text).toMatch(/one$/);
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  test('varies by what the gate says and by what the server says', async () => {
    handler = (reply, _request, response) => {
      response.setHeader('vary', 'origin');
      reply.send(200, { vary: 'accept' }, 'x');
    };
    expect(await exchange(GET)).toContain('vary: origin, accept\r\n');
  });
});

describe('an answer in pieces', () => {
  test('is seen to have begun before its first piece', async () => {
    handler = (reply) => {
      reply.start(200, { 'content-type': 'text/event-stream' });
      expect([reply.started, reply.open]).toEqual([true, true]);
    };
    expect(await exchange(GET)).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: text\/event-stream\r\n[^]*\r\n\r\n$/);
  });

  test('is one head, its pieces and its end', async () => {
    handler = (reply) => {
      reply.start(200, { 'content-length': 3 });
      reply.start(500, {});
      reply.send(500, {}, 'no');
      reply.write(Buffer.from('ab'));
      reply.write(Buffer.from('c'));
      reply.end();
    };
    expect(await exchange(GET)).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nabc$/);
  });

  test('has one chunk for what is written in one turn, its head included, and its end behind it', async () => {
    handler = (reply, request) => {
      const written = vi.spyOn(request.socket, '_writev' as 'write');
      reply.start(200, { 'content-type': 'text/event-stream' });
      reply.write(Buffer.from('one,'));
      reply.write(Buffer.from('two'));
      expect(reply.unread).toBeGreaterThanOrEqual('one,two'.length);
      setTimeout(() => {
        expect(written).toHaveBeenCalledTimes(1);
        reply.write(Buffer.from('three'));
        reply.end();
        expect(written).toHaveBeenCalledTimes(2);
      }, 10);
    };
    expect(await exchange(GET)).toMatch(/^HTTP[^]*\r\n\r\n7\r\none,two\r\n5\r\nthree\r\n0\r\n\r\n$/);
  });

  test('that came in pieces is sent in as many, with one length', async () => {
    handler = (reply) => reply.send(200, {}, new Pieces([Buffer.from('ab'), Buffer.from('c')], 3));
    expect(await exchange(GET)).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-length: 3\r\n[^]*\r\n\r\nabc$/);
  });

  test('to a client of HTTP/1.0, which knows no chunks, ends with its connection', async () => {
    handler = (reply) => {
      reply.start(200, {});
      reply.write(Buffer.from('a'));
      reply.write(Buffer.from('b'));
      reply.end();
    };
    expect(await exchange('GET / HTTP/1.0\r\n\r\n')).toMatch(/\r\n\r\nab<end>$/);
  });

  test('that waits behind another one on its connection follows it whole', async () => {
    const replies: HttpReply[] = [];
    handler = (reply) => {
      replies.push(reply);
      if (replies.length < 2) return;
      for (const [i, one] of replies.toReversed().entries()) {
        one.start(200, {});
        one.write(Buffer.from(`of ${i}`));
        setTimeout(() => one.end(), 10 * (i + 1));
      }
    };
    expect(await exchange(GET + GET)).toMatch(
      /^HTTP[^]*\r\n\r\n4\r\nof 1\r\n0\r\n\r\nHTTP[^]*\r\n\r\n4\r\nof 0\r\n0\r\n\r\n$/,
    );
  });

  test('that is broken off cannot be taken for whole', async () => {
    handler = (reply) => {
      reply.start(200, {});
      reply.write(Buffer.from('half'));
      setTimeout(() => reply.destroy(), 10);
    };
    const text = await exchange(GET);
    expect(text).not.toContain('0\r\n\r\n');
  });

  test('waits for a client that does not read', async () => {
    const drained = Promise.withResolvers<void>();
    let unread = 0;
    handler = (reply) => {
      reply.start(200, {});
      while (reply.write(Buffer.alloc(256 * 1024)));
      unread = reply.unread;
      reply.onDrain(() => drained.resolve());
    };
    const socket = connect(port, '127.0.0.1');
    socket.pause();
    socket.write(GET);
    await vi.waitFor(() => expect(unread).toBeGreaterThan(0), 5_000);
    socket.resume();
    await drained.promise;
    socket.destroy();
  });
});

describe('a client that leaves', () => {
  function left(): { gone: number; socket: Socket } {
    const state = { gone: 0, socket: connect(port, '127.0.0.1') };
    return state;
  }

  test('before the answer is complete is told once', async () => {
    const state = left();
    handler = (reply) => {
      reply.start(200, {});
      reply.onClientGone(() => state.gone++);
      setTimeout(() => state.socket.destroy(), 10);
    };
    state.socket.write(GET);
    await vi.waitFor(() => expect(state.gone).toBe(1), 5_000);
    await sleep(20);
    expect(state.gone).toBe(1);
  });

  test('behind the answer is nobody’s business', async () => {
    const state = left();
    handler = (reply) => {
      reply.onClientGone(() => state.gone++);
      reply.send(200, {}, 'x');
    };
    state.socket.write(GET);
    await sleep(50);
    state.socket.destroy();
    await sleep(30);
    expect(state.gone).toBe(0);
  });

  test('is told to an answer, too, that waits behind another one on its connection', async () => {
    const state = left();
    let count = 0;
    handler = (reply) => {
      count += 1;
      if (count === 2) reply.onClientGone(() => state.gone++);
    };
    state.socket.write(GET + GET);
    await vi.waitFor(() => expect(count).toBe(2), 5_000);
    state.socket.destroy();
    await vi.waitFor(() => expect(state.gone).toBe(1), 5_000);
  });
});
