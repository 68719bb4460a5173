/** Two gates in this process, each with a server of its own that does what the test says. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../../../core/mcp/refusals.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { type TestGate, startGate } from '../../../test/support/gate.ts';
import { INITIALIZE, callTool, messagesIn } from '../../../test/support/messages.ts';
import { policyOf, ALLOW_ALL } from '../../../test/support/policy.ts';
import { askBy, openSessionBy } from '../../../test/support/replicas.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const AS_JSON = { 'content-type': 'application/json' };
const KEY = Buffer.alloc(32, 1);
let serve: Handler;
let server: http.Server;
let seen: { headers: http.IncomingHttpHeaders; body: string; method: string }[];
let owner: TestGate;
let other: TestGate;
let session: string;

beforeEach(async () => {
  seen = [];
  serve = (_request, response, body) => response.writeHead(200, AS_JSON).end(answerTo(body));
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { headers, method = '' } = request;
      seen.push({ headers, body, method });
      if (body.includes('"initialize"')) {
        const result = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 's', version: '1' } };
        response.writeHead(200, { ...AS_JSON, 'mcp-session-id': 'own' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
      } else if (body.includes('notifications/')) response.writeHead(202).end();
      else serve(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const upstream = upstreamUrl();
  const policy = policyOf(ALLOW_ALL, { anonymous: true, origins: ['http://page.test'] });
  [owner, other] = [
    await startGate({ upstream, policy, sharedKey: KEY }),
    await startGate({ upstream: 'http://127.0.0.1:1/mcp', policy, sharedKey: KEY }),
  ];
  session = await openSessionBy(owner.url);
});

afterEach(async () => {
  await other.close();
  await owner.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const upstreamUrl = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;

function answerTo(body: string, text = 'done'): string {
  const { id } = JSON.parse(body) as { id: unknown };
  return JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text }] } });
}

const hops = async (): Promise<string[]> =>
  [...(await other.gate.metrics.registry.metrics()).matchAll(/hops_total\{.*outcome="([\w-]+)".*\} [1-9]/g)].map(
    ([, outcome = '']) => outcome,
  );

async function ask(body: string, more: object = {}) {
  const answer = await askBy(other.url, body, session, more);
  return { status: answer.status, headers: answer.headers, said: messagesIn(await answer.text()) };
}

describe('a call', () => {
  it('goes as it came, is answered as its server answers, and is recorded where it is decided', async () => {
    const { status, headers, said } = await ask(callTool('echo', {}, 7), {
      'x-own': 'é'.normalize(),
      origin: 'http://page.test',
    });
    expect({ status, said }).toMatchObject({ status: 200, said: [{ id: 7, result: {} }] });
    expect(headers.get('access-control-allow-origin')).toBe('http://page.test');
    expect(headers.get('connection')).not.toBe('close');
    expect(seen.at(-1)?.headers).toMatchObject({ 'mcp-session-id': 'own', 'x-own': 'é' });
    expect(seen.at(-1)?.headers).not.toHaveProperty('sallyport-hop');
    expect((await owner.decisions(2)).map(({ tool }) => tool)).toContain('echo');
    expect(await other.decisions()).toEqual([]);
    expect(other.gate.openCalls.present).toBe(0);
    expect(await hops()).toEqual(['answered']);
  });

  it('of many bytes, in both directions, is never held here', async () => {
    const text = 'x'.repeat(3 * 1024 * 1024);
    serve = (_request, response, body) => response.writeHead(200, AS_JSON).end(answerTo(body, text));
    const used: number[] = [];
    const look = setInterval(() => used.push(other.gate.bytes.used), 1);
    const { said } = await ask(callTool('echo', { text }, 7));
    clearInterval(look);
    expect(JSON.stringify(said)).toHaveLength(JSON.stringify([JSON.parse(answerTo('{"id":7}', text))]).length);
    expect(Math.max(0, ...used)).toBe(0);
  });

  it('without a length beyond all bounds is cut here', async () => {
    const port = new URL(other.url).port;
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const head = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\nMcp-Session-Id: ${session}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    socket.write(head);
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const write = (left: number): void => {
      if (left === 0 || socket.destroyed) return;
      socket.write(`${chunk.length.toString(16)}\r\n`);
      socket.write(chunk);
      socket.write('\r\n', () => write(left - 1));
    };
    write(20);
    await eventually('an answer', () => said.includes('413') || socket.destroyed);
    socket.destroy();
    await closed;
    expect(said).toMatch(/^HTTP\/1\.1 413 .*connection: close/is);
    expect(other.gate.openCalls.present).toBe(0);
  });

  it('whose client leaves is given up at the server as well', async () => {
    let gone = false;
    serve = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': wait\n\n');
      response.on('close', () => (gone = true));
    };
    const leaves = new AbortController();
    const stream = await fetch(other.url, {
      headers: { accept: 'text/event-stream', 'mcp-session-id': session },
      signal: leaves.signal,
    });
    expect(stream.status).toBe(200);
    leaves.abort();
    await eventually('the server hears of it', () => gone);
    expect(await hops()).toEqual(['client-gone']);
  });
});

describe('the gate that has it goes', () => {
  it('before it has answered', async () => {
    serve = () => void owner.gate.replicas?.close();
    expect(await ask(callTool('slow', {}, 7))).toMatchObject({ said: [{ id: 7, error: {} }] });
  });

  it('in the middle of a stream', async () => {
    serve = (_request, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': wait\n\n');
    const answer = await askBy(other.url, callTool('slow', {}, 7), session);
    expect(answer.status).toBe(200);
    await owner.gate.replicas?.close();
    expect(messagesIn(await answer.text()).at(-1)).toMatchObject({ id: 7, error: { code: -31021 } });
    expect(await hops()).toEqual(['broken']);
  });
});

it('this gate ends: whoever waits is told', async () => {
  serve = () => {};
  const call = ask(callTool('slow', {}, 7));
  await eventually('it is asked', () => seen.length === 3);
  other.gate.inFlight.interruptAll(refuse('draining', 'it ends'));
  expect(await call).toMatchObject({
    said: [{ id: 7, error: { message: expect.stringMatching(/it ends/) as unknown } }],
  });
});

it('no more streams than there is room for', async () => {
  const { replicas } = other.gate;
  while (replicas?.hops.enterStream() === true);
  const answer = await fetch(other.url, { headers: { accept: 'text/event-stream', 'mcp-session-id': session } });
  expect([answer.status, await answer.text()]).toEqual([
    expect.any(Number),
    expect.stringMatching(/too many streams/i),
  ]);
});

it('a session of a gate that is gone is none here, where another has the same id', async () => {
  const namesake = await startGate({
    upstream: upstreamUrl(),
    policy: policyOf(ALLOW_ALL, { anonymous: true }),
    sharedKey: KEY,
  });
  const named = await openSessionBy(namesake.url);
  await owner.close();
  const before = seen.length;
  expect((await askBy(namesake.url, callTool('echo', {}, 7), session)).status).toBe(404);
  const deleted = await fetch(namesake.url, { method: 'DELETE', headers: { 'mcp-session-id': session } });
  expect([deleted.status, seen.length - before]).toEqual([404, 0]);
  expect((await askBy(namesake.url, callTool('echo', {}, 7), named)).status).toBe(200);
  await namesake.close();
  owner = await startGate({ upstream: 'http://127.0.0.1:1/mcp' });
});

it('a handshake that names a session of a gate that is gone is served here', async () => {
  await owner.close();
  const answer = await askBy(other.url, INITIALIZE, session);
  expect(await hops()).toEqual(['unreachable']);
  // Its own server, which does not run, is asked.
  expect(await answer.text()).toMatch(/not be reached/);
  owner = await startGate({ upstream: 'http://127.0.0.1:1/mcp' });
});
