import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { postMessage, Room } from './post-message.ts';

async function answering(answer: (response: ServerResponse) => void) {
  const server = createServer((_, response) => answer(response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
  return postMessage(url, {}, { jsonrpc: '2.0', id: 'a', method: 'm' }, AbortSignal.timeout(5000), new Room());
}
const ANSWER = '{"jsonrpc":"2.0","id":"a","result":{"x":1}}';

describe('an answer', () => {
  it('comes as JSON, with the session that it opens', async () => {
    const exchange = await answering((response) => response.setHeader('mcp-session-id', 's').end(ANSWER));
    expect(exchange).toMatchObject({ status: 200, sessionId: 's', answer: { result: { x: 1 } } });
  });

  it('comes on a stream, behind other messages, and the stream may stay open', async () => {
    const exchange = await answering((response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write('data: {"jsonrpc":"2.0","method":"notifications/message"}\n\n: nothing\n\n');
      response.write(`data: ${ANSWER}\n\n`);
    });
    expect(exchange.answer).toMatchObject({ result: { x: 1 } });
  });

  it.each(['{"id":"b","result":{}}', 'no JSON', ''])('is not %j', async (text) => {
    const exchange = await answering((response) => response.writeHead(400).end(text));
    expect(exchange).toEqual({ status: 400, sessionId: undefined, answer: undefined });
  });

  it('that leads elsewhere is not followed, since a token would go with it', async () => {
    await expect(answering((response) => response.writeHead(307, { location: '/other' }).end())).rejects.toThrow();
  });

  it('has an end', async () => {
    const much = Buffer.alloc(17 * 1024 * 1024, ' ');
    await expect(answering((response) => response.end(much))).rejects.toThrow('more than 16 MiB');
  });

  it('has an end on a stream, too, however small its events are', async () => {
    const events = Buffer.from('data: {}\n\n'.repeat(100_000));
    const endless = answering((response) => {
      response.setHeader('content-type', 'text/event-stream');
      const more = (): void => void response.write(events, (error) => (error ? undefined : more()));
      more();
    });
    await expect(endless).rejects.toThrow('more than 16 MiB');
  });
});
