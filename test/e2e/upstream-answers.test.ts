/** A server that is gone, breaks off or talks nonsense: the client gets JSON-RPC all the same, and the log says whose fault it was. */
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import {
  INITIALIZE,
  JSON_HEADERS,
  callTool,
  legacyHeaders,
  messagesIn,
  modernHeaders,
  modernRequest,
  request,
} from '../support/messages.ts';
import { STRAYS } from '../../sidecar/testing/stray-lines.ts';
import { type MisbehavingServer, startMisbehaving } from '../support/misbehaving-server.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { openSession, post } from '../support/session.ts';

const { use } = cleanupAfterEach();
let server: MisbehavingServer;
let gate: TestGate;
beforeEach(async () => {
  server = await use(startMisbehaving());
  gate = await use(startGate({ upstream: server.url }));
});

const JSON_TYPE = { 'content-type': 'application/json' };
const EVENTS = { 'content-type': 'text/event-stream' };
const RESULT = '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}';
const modernCall = async (): Promise<RawResponse> =>
  rawExchange(gate.port, {
    headers: modernHeaders('tools/call', 'echo'),
    body: modernRequest('tools/call', { name: 'echo', arguments: {} }),
  });
const list = async (): Promise<RawResponse> =>
  rawExchange(gate.port, { headers: JSON_HEADERS, body: request('tools/list') });

async function expectOnRecord(reason: string): Promise<void> {
  const lines = await gate.decisions(1);
  expect(lines.map(({ outcome, decision }) => [outcome, decision.reason])).toEqual([['upstream-error', reason]]);
}

describe('an answer that is not MCP becomes an error that is', () => {
  it.each<[name: string, answer: (response: ServerResponse) => void, status: number, says: RegExp]>([
    [
      'a web page',
      (r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<h1>hi</h1>'),
      502,
      /HTTP 200 with text\/html/,
    ],
    ['no content type', (r) => r.writeHead(200).end('hi'), 502, /no content type/],
    [
      'an error page',
      (r) => r.writeHead(500, { 'content-type': 'text/html' }).end('<h1>'),
      500,
      /HTTP 500 with text\/html/,
    ],
    [
      'a 400 in HTML, as body parsers send it',
      (r) => r.writeHead(400, { 'content-type': 'text/html' }).end('x'),
      400,
      /HTTP 400/,
    ],
    ['no answer to a request', (r) => r.writeHead(202).end(), 502, /HTTP 202/],
    ['broken JSON', (r) => r.writeHead(200, JSON_TYPE).end('{"jsonrpc":'), 200, /application\/json/],
    ['an empty body', (r) => r.writeHead(200, JSON_TYPE).end(), 200, /application\/json/],
    [
      'a redirect',
      (r) => r.writeHead(307, { location: 'http://127.0.0.1:1/mcp', ...JSON_TYPE }).end('{}'),
      502,
      /redirects/,
    ],
    [
      'gzip',
      (r) => r.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(gzipSync(RESULT)),
      502,
      /encoded as gzip/,
    ],
    [
      'gzipped events',
      (r) => r.writeHead(200, { ...EVENTS, 'content-encoding': 'gzip' }).end(gzipSync('data: {}\n\n')),
      502,
      /gzip/,
    ],
    ['17 MiB in one list', (r) => r.writeHead(200, JSON_TYPE).end(Buffer.alloc(17 << 20, ' ')), 200, /larger than/],
  ])('%s', async (_name, answer, status, says) => {
    server.answer(answer);
    const response = await list();
    expect(response.status).toBe(status);
    expect(response.headers).not.toHaveProperty('location');
    expect(messagesIn(response.body)).toMatchObject([
      { id: 1, error: { code: -31022, message: expect.stringMatching(says) } },
    ]);
    await expectOnRecord('upstream-invalid');
  });

  it('a single event of 17 MiB', async () => {
    server.answer((response) => response.writeHead(200, EVENTS).end(`data: ${'x'.repeat(17 << 20)}\n\n`));
    const { body } = await list();
    expect(messagesIn(body)).toMatchObject([{ id: 1, error: { code: -31022 } }]);
    await expectOnRecord('upstream-invalid');
  });
});

describe('what no client takes for a message', () => {
  it.each(STRAYS)('is skipped where the answer follows on a stream: %s', async (line) => {
    const stray = line.replaceAll('ID', '1');
    server.answer((response) => response.writeHead(200, EVENTS).end(`data: ${stray}\n\ndata: ${RESULT}\n\n`));
    expect(messagesIn((await list()).body)).toEqual([JSON.parse(RESULT)]);
    const metrics = await gate.gate.metrics.registry.metrics();
    expect(metrics).toContain('sallyport_stray_messages_total{server="finance/ledger"} 1');
  });

  it('is no answer where nothing else follows, and the client reads why', async () => {
    server.answer((response) => response.writeHead(200, JSON_TYPE).end('{"id":1,"result":{"content":[]}}'));
    expect(messagesIn((await list()).body)).toMatchObject([
      { id: 1, error: { code: -31022, message: expect.stringMatching(/it has no "jsonrpc": "2.0"/) as string } },
    ]);
    await expectOnRecord('upstream-invalid');
  });
});

describe('an answer that breaks off', () => {
  it('before its head: 502', async () => {
    server.answer((response) => response.destroy());
    const response = await list();
    expect(response.status).toBe(502);
    expect(messagesIn(response.body)).toMatchObject([{ id: 1, error: { code: -31021 } }]);
    await expectOnRecord('upstream-broken');
  });

  it('in JSON that is inspected: 502', async () => {
    server.answer((response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': 1000 });
      response.write('{"jsonrpc":"2.0","id":1,', () => response.destroy());
    });
    const response = await list();
    expect(response.status).toBe(502);
    expect(messagesIn(response.body)).toMatchObject([{ id: 1, error: { code: -31021 } }]);
    await expectOnRecord('upstream-broken');
  });

  it('in JSON: an error that says so, and nothing of what there was', async () => {
    server.answer((response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': RESULT.length });
      response.write(RESULT.slice(0, 20), () => setTimeout(() => response.destroy(), 20));
    });
    const { status, body } = await modernCall();
    expect(status).toBe(502);
    expect(messagesIn(body)).toMatchObject([{ id: 1, error: { code: -31021 } }]);
    await expectOnRecord('upstream-broken');
  });

  it.each([
    ['in the middle of an event', 'data: {"jsonrpc":"2.0","id":1,"res'],
    ['between two events', 'data: {"jsonrpc":"2.0","method":"notifications/progress","params":{}}\n\n'],
  ])('in events, %s: an error event ends them', async (_name, sent) => {
    server.answer((response) => {
      response.writeHead(200, EVENTS);
      response.write(sent, () => setTimeout(() => response.destroy(), 20));
    });
    const { status, body } = await modernCall();
    expect(status).toBe(200);
    expect(messagesIn(body).at(-1)).toMatchObject({ id: 1, error: { code: -31021 } });
    expect(body).not.toContain('"res\n');
    await expectOnRecord('upstream-broken');
  });

  it('in events that end properly but without the answer: an error event, not a client that waits for ever', async () => {
    server.answer((response) =>
      response.writeHead(200, EVENTS).end('data: {"jsonrpc":"2.0","method":"notifications/x"}\n\n'),
    );
    expect(messagesIn((await modernCall()).body).at(-1)).toMatchObject({ id: 1, error: { code: -31021 } });
    await expectOnRecord('upstream-broken');
  });

  it('in events that a legacy client can resume: nothing is added', async () => {
    server.answer((response) => {
      response.writeHead(200, EVENTS);
      response.write('id: 1\nretry: 10\ndata:\n\n', () => setTimeout(() => response.destroy(), 20));
    });
    const { body } = await post(gate, legacyHeaders(), callTool('echo'));
    expect(body).toBe('id: 1\nretry: 10\ndata:\n\n');
    await expectOnRecord('upstream-broken');
  });
});

describe('what is right passes as it is', () => {
  it.each([
    [
      'numbers that a double cannot hold',
      '{"jsonrpc":"2.0","id":1,"result":{"n":12345678901234567890,"f":1.10,"content":[]}}',
    ],
    ['white space and the order of keys', '{ "result" : {"content":[]} , "id":1,\n"jsonrpc":"2.0" }'],
    ['fields that nobody knows', '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"hologram"}],"x":null}}'],
  ])('%s', async (_name, json) => {
    server.answer((response) => response.writeHead(200, JSON_TYPE).end(json));
    expect((await modernCall()).body).toBe(json);
    server.answer((response) =>
      response.writeHead(200, EVENTS).end(`event: message\r\nid: 5\r\ndata: ${json.replace('\n', '')}\r\n\r\n`),
    );
    expect((await modernCall()).body).toContain(`id: 5\r\ndata: ${json.replace('\n', '')}\r\n\r\n`);
  });

  it('numbers of a list that is filtered', async () => {
    const tool = '{"name":"echo","x":12345678901234567890,"y":1.10,"z":1e2}';
    server.answer((response) =>
      response
        .writeHead(200, JSON_TYPE)
        .end(`{"jsonrpc":"2.0","id":1,"result":{"tools":[${tool},{"no":"name"}],"nextCursor":""}}`),
    );
    const { body } = await list();
    expect(body).toBe(`{"jsonrpc":"2.0","id":1,"result":{"tools":[${tool}],"nextCursor":""}}`);
  });
});

it("the server's 404 ends the session: the next call is refused at the gate", async () => {
  server.answer((response) =>
    response.writeHead(200, { ...JSON_TYPE, 'mcp-session-id': 's1' }).end('{"jsonrpc":"2.0","id":1,"result":{}}'),
  );
  expect(await openSession(gate)).toBe('s1');
  server.answer((response) => response.writeHead(404, { 'content-type': 'text/html' }).end('gone'));
  expect((await post(gate, legacyHeaders('s1'), request('tools/list'))).status).toBe(404);
  let reached = 0;
  server.answer((response) => response.end(String(reached++)));
  const again = await post(gate, legacyHeaders('s1'), request('tools/list'));
  expect(again.status).toBe(404);
  expect(messagesIn(again.body)).toMatchObject([{ error: { code: -32001 } }]);
  expect(reached).toBe(0);
});

it('a failed initialize opens no session', async () => {
  server.answer((response) =>
    response
      .writeHead(400, { ...JSON_TYPE, 'mcp-session-id': 's1' })
      .end('{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}'),
  );
  await post(gate, JSON_HEADERS, INITIALIZE);
  expect((await post(gate, legacyHeaders('s1'), request('ping'))).status).toBe(404);
});
