/** What passes beside MCP, and what does not; with a real server behind a whole gate. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { passthroughSchema } from '../../../core/api/passthrough.ts';
import { cleanupAfterEach } from '../../../test/support/cleanup.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { type TestGate, startGate } from '../../../test/support/gate.ts';
import { ALLOW_ALL, policyOf } from '../../../test/support/policy.ts';
import { type RawRequest, rawExchange } from '../../../test/support/raw-http.ts';

const TOKEN = 'sallyport_test';
const PATHS = new Map(
  passthroughSchema
    .parse([
      { path: '/metrics', anonymous: true },
      { path: '/admin/health', methods: ['GET'] },
    ])
    .map((passed) => [passed.path, passed]),
);

const { use } = cleanupAfterEach();
let server: http.Server;
let answer: http.RequestListener;
let asked: http.IncomingMessage[];
let gate: TestGate;

async function start(access: object = {}): Promise<void> {
  const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rpc/v1`;
  const policy = policyOf(ALLOW_ALL, access);
  gate = await use(startGate({ upstream, policy, clients: { billing: TOKEN }, passthrough: PATHS }));
}

beforeEach(async () => {
  asked = [];
  answer = (_, response) =>
    response.writeHead(200, { 'content-type': 'text/plain', 'set-cookie': 'a=b' }).end('up 1\n');
  server = http.createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await start();
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

type More = Partial<Omit<RawRequest, 'headers'>> & { headers?: Record<string, string> };
const ask = async (target: string, { headers = {}, ...more }: More = {}) =>
  rawExchange(gate.port, { method: 'GET', target, headers: Object.entries(headers), ...more });
const head = async (target: string) => (await fetch(new URL(target, gate.url), { method: 'HEAD' })).status;
const last = async () => (await gate.decisions(1)).at(-1);

describe('a path that passes', () => {
  it('is answered by the server, with its query, and is on record', async () => {
    const got = await ask('/metrics?name=a');
    expect([got.status, got.body]).toEqual([200, 'up 1\n']);
    expect(got.headers).not.toHaveProperty('set-cookie');
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual(['GET /metrics?name=a']);
    expect(await last()).toMatchObject({
      method: 'GET',
      principal: null,
      outcome: 'answered',
      decision: { effect: 'Allow', reason: 'passthrough', detail: 'GET /metrics' },
    });
  });

  it('takes HEAD', async () => {
    expect(await head('/metrics')).toBe(200);
    expect(asked[0]?.method).toBe('HEAD');
  });

  it('needs a token, where it is not for everybody, which stays here', async () => {
    expect((await ask('/admin/health')).status).toBe(401);
    expect(asked).toEqual([]);
    const authorization = `Bearer ${TOKEN}`;
    expect((await ask('/admin/health', { headers: { authorization } })).status).toBe(200);
    expect(asked[0]?.headers).not.toHaveProperty('authorization');
    expect(await last()).toMatchObject({ principal: { name: 'billing' }, decision: { detail: 'GET /admin/health' } });
  });

  it('brings the token of its caller where the server checks tokens', async () => {
    await start({ authorization: 'Server' });
    await ask('/admin/health', { headers: { authorization: 'Bearer other' } });
    expect(asked[0]?.headers.authorization).toBe('Bearer other');
  });

  it('brings no header that makes another path, method or session of it', async () => {
    const headers = {
      'x-http-method-override': 'POST',
      'x-original-url': '/rpc/v1',
      'x-rewrite-url': '/rpc/v1',
      'mcp-session-id': 'a',
      'mcp-method': 'tools/call',
      cookie: 'a=b',
      'user-agent': 'Prometheus/3',
    };
    await ask('/metrics', { headers });
    const names = Object.keys(asked[0]?.headers ?? {});
    expect(names.filter((name) => name in headers)).toEqual(['user-agent']);
  });
});

describe('while it is halted', { tags: ['halt'] }, () => {
  const halting = (halt: object) => policyOf({ ...ALLOW_ALL, halt: { reason: 'incident 4711', by: 'carol', ...halt } });
  const asBilling = { headers: { authorization: `Bearer ${TOKEN}` } };

  it('nothing passes, whoever asks, and it passes again once that is lifted', async () => {
    gate.setPolicy(halting({}));
    for (const got of [await ask('/metrics'), await ask('/admin/health', asBilling)]) {
      expect(got.status).toBe(503);
      expect(got.body).toContain('carol has halted everything here (incident 4711)');
    }
    expect(await head('/metrics')).toBe(503);
    expect(asked).toEqual([]);
    expect(await last()).toMatchObject({ outcome: 'refused', decision: { reason: 'halted' } });
    gate.setPolicy(policyOf(ALLOW_ALL, {}));
    expect((await ask('/metrics')).status).toBe(200);
  });

  it('for one caller, others pass; nor do tools that are halted keep a path', async () => {
    gate.setPolicy(halting({ principals: { names: ['billing'] } }));
    expect((await ask('/admin/health', asBilling)).status).toBe(503);
    expect((await ask('/metrics')).status).toBe(200);
    gate.setPolicy(halting({ tools: ['send_*'] }));
    expect((await ask('/admin/health', asBilling)).status).toBe(200);
  });

  it('what the server has not answered yet, or half, is over', async () => {
    answer = () => {};
    const unanswered = ask('/metrics');
    await eventually('the server is asked', () => asked.length === 1);
    answer = (_, response) => response.writeHead(200, { 'content-length': '100' }).write('half');
    const half = fetch(new URL('/metrics', gate.url)).then(async (response) => response.text());
    await eventually('the server is asked again', () => asked.length === 2);
    gate.setPolicy(halting({}));
    expect(await unanswered).toMatchObject({ status: 503 });
    await expect(half).rejects.toThrow();
    expect((await gate.decisions(2)).map(({ decision }) => decision.reason)).toEqual(['halted', 'halted']);
  });
});

describe('where the gate shows a key to the server', () => {
  const KEY = 'sk-live-0123456789';
  const keyed = async (place: { header: string } | { query: string }): Promise<void> => {
    const upstream = `http://127.0.0.1:${(server.address() as AddressInfo).port}/rpc/v1`;
    const from = { secretName: 'keys', key: 'api' };
    const policy = policyOf(ALLOW_ALL, {}, { credentials: [{ name: 'api', ...place, from }] });
    const secrets = { version: 0, read: () => ({ text: KEY }) };
    gate = await use(startGate({ upstream, policy, secrets, passthrough: PATHS }));
  };

  it('nobody can have one in parts: a range is the whole', async () => {
    await keyed({ header: 'x-api-key' });
    const log = `GET / with ${KEY} from 10.0.0.1`;
    answer = ({ headers }, response) => {
      const [, from, to] = /^bytes=([0-9]+)-([0-9]+)$/.exec(headers.range ?? '') ?? [];
      if (to === undefined) response.end(log);
      else response.writeHead(206).end(log.slice(Number(from), Number(to) + 1));
    };
    const got = await Promise.all(
      ['bytes=0-20', 'bytes=21-60'].map((range) => ask('/metrics', { headers: { range } })),
    );
    expect(got.map(({ body }) => body).join('')).not.toContain(KEY);
    expect(got.map(({ status }) => status)).toEqual([200, 200]);
    expect(got[0]?.body).toBe(log.replace(KEY, '*'.repeat(KEY.length)));
  });

  it.each([
    ['compressed', 200, { 'content-encoding': 'gzip' }],
    ['a part, unasked', 206, { 'content-range': 'bytes 0-3/9' }],
  ])('nothing passes in which it could not be seen: %s', async (_, status, headers) => {
    await keyed({ header: 'x-api-key' });
    answer = (__, response) => response.writeHead(status, headers).end(gzipSync(KEY));
    const got = await ask('/metrics');
    expect([got.status, got.body]).toEqual([502, expect.stringContaining('could not be seen')]);
  });

  it.each(['/metrics?key=mine', '/metrics?%6bey=mine', '/metrics?a=1;key=mine', '/metrics?a=1?b=2&k%65y=mine&key'])(
    'no parameter of its name comes from a client: %s',
    async (target) => {
      await keyed({ query: 'key' });
      await ask(target);
      const { searchParams } = new URL(asked[0]?.url ?? '', 'http://a');
      expect(searchParams.getAll('key')).toEqual([KEY]);
      expect(asked[0]?.url).not.toContain('mine');
      expect(searchParams.get('a')).toBe(
        { '/metrics?a=1;key=mine': '1', '/metrics?a=1?b=2&k%65y=mine&key': '1?b=2' }[target] ?? null,
      );
    },
  );
});

describe('what does not pass', () => {
  it.each(['/metrics/', '/Metrics', '//metrics', '/metrics/..', '/x/../metrics', '/%6Detrics', '/admin', '/metrics;a'])(
    'is another path: %s',
    async (target) => {
      expect((await ask(target)).status).toBe(404);
      expect(asked).toEqual([]);
    },
  );

  it('is another method', async () => {
    const posted = await ask('/metrics', { method: 'POST', body: '{}' });
    expect([posted.status, posted.headers['allow']]).toEqual([405, 'GET, HEAD']);
    expect(posted.body).toContain('use GET or HEAD');
    const headed = await fetch(new URL('/admin/health', gate.url), { method: 'HEAD' });
    expect([headed.status, headed.headers.get('allow')]).toEqual([405, 'GET']);
    expect(asked).toEqual([]);
  });

  it('is a body', async () => {
    const body = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
    const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
    expect((await ask('/metrics', { body, headers })).status).toBe(400);
    expect((await ask('/metrics', { headers: { 'transfer-encoding': 'chunked' } })).status).toBe(400);
    expect(asked).toEqual([]);
  });

  it('is a name that is not served, and a page that may not call', async () => {
    expect((await ask('/metrics', { headers: { host: 'evil.example.com' } })).status).toBe(403);
    expect((await ask('/metrics', { headers: { origin: 'https://evil.example.com' } })).status).toBe(403);
    expect(asked).toEqual([]);
  });

  it.each([['Text/Event-Stream'], ['"text/event-stream"'], ['text/plain, text/event-stream']])(
    'is a stream of events: %s',
    async (type) => {
      answer = (_, response) => void response.writeHead(200, { 'content-type': type }).write('data: {}\n\n');
      const { status, body } = await ask('/metrics');
      expect(status).toBe(502);
      expect(body).not.toContain('data:');
      expect(await last()).toMatchObject({ outcome: 'refused', decision: { reason: 'upstream-invalid' } });
    },
  );

  it('is a stream of events by the second of two names', async () => {
    answer = (_, response) =>
      void response
        .writeHead(200, ['content-type', 'text/plain', 'content-type', 'text/event-stream'])
        .write('data: {}\n\n');
    expect((await ask('/metrics')).status).toBe(502);
    expect(await last()).toMatchObject({ decision: { reason: 'upstream-invalid' } });
  });

  it('is more than the server may be asked at once, which is of one path alone', async () => {
    const waiting: http.ServerResponse[] = [];
    answer = (request, response) => {
      if (request.url?.startsWith('/metrics') === true) waiting.push(response);
      else response.end('well');
    };
    const slow = Array.from({ length: 16 }, () => ask('/metrics'));
    await eventually('all of them are at the server', () => waiting.length === 16);
    const refused = await ask('/metrics');
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '2']);
    const authorization = `Bearer ${TOKEN}`;
    expect((await ask('/admin/health', { headers: { authorization } })).body).toBe('well');
    waiting[0]?.end('late');
    await Promise.race(slow);
    const again = ask('/metrics');
    await eventually('there is room again', () => waiting.length === 17);
    for (const response of waiting) response.end('late');
    expect((await Promise.all([...slow, again])).map(({ status }) => status)).toEqual(Array(17).fill(200));
  });

  it('is anything without a policy', async () => {
    gate.setPolicy(undefined);
    expect((await ask('/metrics')).status).toBe(503);
    expect(asked).toEqual([]);
  });
});

describe('a server that fails', () => {
  it('is said to', async () => {
    await new Promise((resolve) => server.close(resolve));
    expect((await ask('/metrics')).status).toBe(502);
    expect(await last()).toMatchObject({ decision: { reason: 'upstream-unreachable' } });
  });

  it('in the middle of its answer has it cut', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('some');
      setTimeout(() => response.destroy(), 20);
    };
    await expect(fetch(new URL('/metrics', gate.url)).then((got) => got.text())).rejects.toThrow();
  });
});

describe('the path that the server has for MCP', () => {
  it.each(['/mcp', '/rpc/v1'])('is served besides: %s', async (target) => {
    const message = { jsonrpc: '2.0', id: 1, method: 'ping' };
    answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc":"2.0","id":1,"result":{}}');
    const headers = {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const got = await ask(target, { method: 'POST', body: JSON.stringify(message), headers });
    expect(got.body).toContain('"jsonrpc"');
    expect((await last())?.decision.reason).not.toBe('not-found');
    for (const { url } of asked) expect(url).toBe('/rpc/v1');
  });

  it.each(['/rpc', '/rpc/v1/', '/rpc/V1', '/rpc/v1/x'])('is served in no other spelling: %s', async (target) => {
    expect((await ask(target, { method: 'POST', body: '{}' })).status).toBe(404);
  });
});
