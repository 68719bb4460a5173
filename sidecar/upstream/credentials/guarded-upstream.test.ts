import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { readSecret } from '../../../core/credentials/secret.ts';
import type { BundleCredential, BundleUpstream } from '../../../core/policy/settings/upstream.ts';
import type { Policy } from '../../../core/policy/policy.ts';
import { SYSTEM_CLOCK } from '../../clock.ts';
import { upstreamRequest } from '../../testing/upstream-request.ts';
import { HttpUpstream } from '../http/server.ts';
import type { Echo, UpstreamRequest } from '../request.ts';
import type { UpstreamError } from '../upstream.ts';
import { UpstreamCredentials } from './credentials.ts';
import { GuardedUpstream } from './guarded-upstream.ts';
import { FakeClock } from '../../testing/fake-clock.ts';
import { TokenEndpoint } from '../../testing/token-endpoint.ts';
import { sourcesFrom } from './sources.ts';

const KEY = 'sk-live-0123456789';

let values: Record<string, string>;
let version = 0;
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let seen: { url: string | undefined; headers: NodeJS.Dict<string | string[]>; body: string }[];
let echoes: Echo[];

beforeEach(async () => {
  values = { api: KEY };
  seen = [];
  echoes = [];
  answer = (_request, response) => response.end('{}');
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function credential(about: Partial<BundleCredential> = {}): BundleCredential {
  return {
    name: 'api',
    place: { header: 'x-api-key', prefix: '' },
    from: { secret: 'keys', key: 'api' },
    principals: null,
    ...about,
  };
}

function guarded(said: Partial<BundleUpstream> | undefined, path = '/mcp'): GuardedUpstream {
  const { port } = server.address() as AddressInfo;
  const upstream = said && { credentials: [credential()], unmatched: 'Refuse', onEcho: 'Redact', ...said };
  const policy = { bundle: { server: { upstream } } } as unknown as Policy;
  const store = {
    read: (_secret: string, key: string) => {
      const text = values[key];
      return text === undefined ? { problem: 'is not there' } : { text };
    },
    get version() {
      return version;
    },
  };
  const credentials = new UpstreamCredentials(
    { current: () => policy },
    sourcesFrom(store, new FakeClock(), () => {}),
  );
  const inner = new HttpUpstream(`http://127.0.0.1:${port}${path}`, SYSTEM_CLOCK);
  const guard = new GuardedUpstream(inner, credentials, (echo) => echoes.push(echo));
  onTestFinished(async () => guard.close());
  return guard;
}

interface Answered {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

function send(guard: GuardedUpstream, request: Partial<UpstreamRequest> = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    let head = { status: 0, headers: {} as NodeJS.Dict<string | string[]> };
    const chunks: Buffer[] = [];
    guard.send(upstreamRequest({ body: Buffer.from('{}'), ...request }), {
      onHead: (status, headers) => void (head = { status, headers }),
      onData: (chunk) => chunks.push(Buffer.from(chunk)) > 0,
      onEnd: () => resolve({ ...head, text: Buffer.concat(chunks).toString() }),
      onError: (error: UpstreamError) => reject(error),
    });
  });
}

describe('the server gets', () => {
  it('nothing of the gate, and what the client says, where the bundle says nothing', async () => {
    await send(guarded(undefined), { headers: { 'x-api-key': 'of the client' } });
    expect(seen[0]?.headers['x-api-key']).toBe('of the client');
  });

  it.each(['POST', 'GET', 'DELETE'] as const)(
    'its key with %s, in the place of what a client sends',
    async (httpMethod) => {
      const headers = { 'x-api-key': 'of the client', connection: 'x-api-key' };
      await send(guarded({}), { httpMethod, headers, body: undefined });
      expect(seen[0]?.headers['x-api-key']).toBe(KEY);
    },
  );

  it('a token that has to be fetched first, also where the gate says something of its own accord', async () => {
    const endpoint = await TokenEndpoint.start();
    onTestFinished(async () => endpoint.close());
    const proof = { secret: { secret: 'keys', key: 'api' }, sentIn: 'Header' } as const;
    const asking = { of: { url: endpoint.url }, clientId: 'gate', proof, scopes: [], resources: [], audiences: [] };
    const guard = guarded({ credentials: [credential({ from: { clientCredentials: asking } })] });
    await send(guard, { httpMethod: 'DELETE', body: undefined, principal: undefined });
    expect(seen[0]?.headers['x-api-key']).toBe('issued-token-1');
    endpoint.answers(500, {});
    const other = guarded({ credentials: [credential({ from: { clientCredentials: asking } })] });
    await expect(send(other)).rejects.toMatchObject({ reason: 'credentials-unavailable' });
    expect(seen).toHaveLength(1);
  });

  it('it behind its prefix', async () => {
    const place = { header: 'authorization', prefix: 'Bearer ' };
    await send(guarded({ credentials: [credential({ place })] }), {
      headers: { authorization: 'Bearer of-the-client' },
    });
    expect(seen[0]?.headers['authorization']).toBe(`Bearer ${KEY}`);
  });

  it('it in its query, where nothing else has the name', async () => {
    values['api'] = 'a key&with=signs/0';
    const place = { query: 'key' };
    const guard = guarded({ credentials: [credential({ place })] }, '/mcp?tenant=a&key=old');
    await send(guard);
    await send(guard, { endpoint: '/messages?session=1' });
    const key = encodeURIComponent('a key&with=signs/0');
    expect(seen.map(({ url }) => url)).toEqual([`/mcp?tenant=a&key=${key}`, `/messages?session=1&key=${key}`]);
  });

  it('none of a client for whom there is no key, nor the header of the client, where that is let through', async () => {
    const principals = { names: ['ada'], groups: [] };
    const guard = guarded({ credentials: [credential({ principals })], unmatched: 'Send' });
    await send(guard, {
      headers: { 'x-api-key': 'of the client' },
      principal: { kind: 'token', name: 'bob', groups: [] },
    });
    expect(seen[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it('the new key once it is another one, and the one before is still watched for', async () => {
    const guard = guarded({});
    await send(guard);
    [values['api'], version] = ['sk-live-9876543210', version + 1];
    answer = (_request, response) => response.end(KEY);
    expect(await send(guard)).toMatchObject({ text: '*'.repeat(KEY.length) });
    expect(seen.map(({ headers }) => headers['x-api-key'])).toEqual([KEY, 'sk-live-9876543210']);
  });
});

describe('nothing is sent', () => {
  it('for whom there is no key', () => {
    const principals = { names: ['ada'], groups: [] };
    const guard = guarded({ credentials: [credential({ principals })] });
    expect(() => guard.send(upstreamRequest(), NOBODY)).toThrow('there is none for you for the header x-api-key');
    expect(seen).toHaveLength(0);
  });

  it.each([
    ['is missing', undefined],
    ['is no key', 'short'],
  ])('while the key %s', (_how, value) => {
    if (value === undefined) delete values['api'];
    else values['api'] = value;
    expect(() => guarded({}).send(upstreamRequest(), NOBODY)).toThrow('the gate does not have api');
    expect(seen).toHaveLength(0);
  });
});

const NOBODY = { onHead() {}, onData: () => true, onEnd() {}, onError() {} };

describe('a key in an answer', () => {
  const covered = '*'.repeat(KEY.length);

  it('is covered, in headers too, and told of once for each place', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { location: `https://elsewhere.example/?key=${KEY}`, 'x-more': ['a', KEY] });
      response.end(`{"was": "${KEY}", "again": "${KEY}"}`);
    };
    const { headers, text } = await send(guarded({}));
    expect(text).toBe(`{"was": "${covered}", "again": "${covered}"}`);
    expect(JSON.stringify(headers)).not.toContain(KEY);
    expect(echoes).toEqual([
      { credential: 'api', where: 'head', becomes: 'Redact' },
      { credential: 'api', where: 'body', becomes: 'Redact' },
    ]);
  });

  it('is covered where it comes in two pieces, and events before it are not held up', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      response.write(`data: ${KEY.slice(0, 9)}`);
      setTimeout(() => response.end(`${KEY.slice(9)}\n\n`), 50);
    };
    expect((await send(guarded({}))).text).toBe(`data: 1\n\ndata: ${covered}\n\n`);
  });

  it('ends an answer that is to be denied, before any of it', async () => {
    answer = (_request, response) => response.end(`{"ok":"${Buffer.from(KEY).toString('base64')}"}`);
    await expect(send(guarded({ onEcho: 'Deny' }))).rejects.toMatchObject({
      reason: 'credential-echoed',
      message: expect.not.stringContaining(KEY) as string,
    });
    expect(echoes).toEqual([{ credential: 'api', where: 'body', becomes: 'Deny' }]);
  });

  it('is told of to whoever asked, and so is one that the caller sends', async () => {
    const told: Echo[] = [];
    answer = (_request, response) => response.end(KEY);
    await send(guarded({}), { body: Buffer.from(`{"key":"${KEY}"}`), onEcho: (echo) => told.push(echo) });
    expect(told).toEqual([
      { credential: 'api', where: 'request', becomes: 'Log' },
      { credential: 'api', where: 'body', becomes: 'Redact' },
    ]);
    expect(echoes).toEqual([]);
    expect(seen[0]?.body).toContain(KEY);
  });

  it('is covered where it is the key of somebody else', async () => {
    values['other'] = 'sk-other-0123456789';
    const principals = { names: ['ada'], groups: [] };
    const other = credential({ name: 'other', from: { secret: 'keys', key: 'other' }, principals });
    answer = (_request, response) => response.end(values['other']);
    expect(await send(guarded({ credentials: [other, credential()] }))).toMatchObject({ text: '*'.repeat(19) });
  });
});

it('a redirect is an answer as any other: the key goes nowhere else', async () => {
  answer = (request, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:${(server.address() as AddressInfo).port}/other` });
    response.end(request.url);
  };
  expect(await send(guarded({}))).toMatchObject({ status: 307, text: '/mcp' });
  expect(seen).toHaveLength(1);
});

it('what was fetched is asked for anew once the server refuses it', async () => {
  const { port } = server.address() as AddressInfo;
  const secret = readSecret('api', KEY);
  if ('problem' in secret) throw new Error(secret.problem);
  const refused: string[] = [];
  const upstream = { credentials: [credential()], unmatched: 'Refuse', onEcho: 'Redact' };
  const policy = { bundle: { server: { upstream } } } as unknown as Policy;
  const source = {
    look: () => ({ kind: 'found', secret }) as const,
    fetch: () => () => {},
    common: [],
    refused: ({ value }: { value: string }) => void refused.push(value),
    close() {},
  };
  const credentials = new UpstreamCredentials({ current: () => policy }, () => source);
  const guard = new GuardedUpstream(
    new HttpUpstream(`http://127.0.0.1:${port}/mcp`, SYSTEM_CLOCK),
    credentials,
    () => {},
  );
  onTestFinished(async () => guard.close());
  answer = (_request, response) => response.writeHead(401).end(KEY);
  await expect(send(guard)).rejects.toMatchObject({ reason: 'upstream-invalid' });
  expect(await send(guard, { withToken: true })).toMatchObject({ status: 401, text: '*'.repeat(KEY.length) });
  expect(refused).toEqual([KEY, KEY]);
});
