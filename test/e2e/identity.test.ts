/** Who may come in, and that nobody comes in as somebody else. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { connectV1, connectV2 } from '../support/clients.ts';
import { expectRefused } from '../support/expect-refused.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import {
  INITIALIZE,
  JSON_HEADERS,
  callTool,
  legacyHeaders,
  modernHeaders,
  modernRequest,
  request,
} from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { bearer, openSession, post } from '../support/session.ts';

const { defer, use } = cleanupAfterAll();
const ADA = 'sallyport_ada-token';
const BOB = 'sallyport_bob-token';
let fixture: FixtureServer;
let gate: TestGate;
beforeAll(async () => {
  fixture = await use(startFixture());
  gate = await use(startGate({ upstream: fixture.url }));
});
beforeEach(() => {
  gate.setPolicy(policyOf(ALLOW_ALL, { anonymous: false }));
  gate.setClients({ ada: ADA, bob: BOB });
});

describe('a token that proves nothing is answered with 401', { tags: ['identity'] }, () => {
  it.each<[name: string, authorization: string]>([
    ['a wrong token', 'Bearer sallyport_other'],
    ['no token after Bearer', 'Bearer '],
    ['two tokens', `Bearer ${ADA} ${BOB}`],
    ['another scheme', `Basic ${Buffer.from(`ada:${ADA}`).toString('base64')}`],
    ['a token without scheme', ADA],
    ['a part of the token', `Bearer ${ADA.slice(0, -1)}`],
  ])('%s', async (_name, authorization) => {
    const row = { headers: [...JSON_HEADERS, ['Authorization', authorization] as const], body: callTool('echo') };
    const expected = { status: 401, code: -32000, says: /not known/, reason: 'unauthenticated' };
    const { headers } = await expectRefused(gate, fixture, row, expected);
    expect(headers['www-authenticate']).toMatch(/^Bearer realm="sallyport", error="invalid_token"/);
  });

  it('no token: without an error code, as RFC 6750 asks', async () => {
    const expected = { status: 401, code: -32000, says: /sallyport token create/, reason: 'unauthenticated' };
    const row = { headers: JSON_HEADERS, body: callTool('echo') };
    const { headers } = await expectRefused(gate, fixture, row, expected);
    expect(headers['www-authenticate']).toBe('Bearer realm="sallyport"');
  });

  it.each(['GET', 'DELETE'])('on %s too', async (method) => {
    const expected = { status: 401, code: -32000, says: /Authorization: Bearer/, reason: 'unauthenticated' };
    await expectRefused(gate, fixture, { method, headers: [['Accept', 'text/event-stream']] }, expected);
  });

  it('even where anonymous callers are served: whoever sends a token believes to be known', async () => {
    gate.setPolicy(policyOf(ALLOW_ALL, { anonymous: true }));
    const expected = { status: 401, code: -32000, says: /not known/, reason: 'unauthenticated' };
    await expectRefused(gate, fixture, { headers: [...JSON_HEADERS, bearer('x')], body: callTool('echo') }, expected);
  });

  it('and the body of an unknown caller is never read', async () => {
    const headers = [...JSON_HEADERS, ['Content-Length', '100000'] as const];
    const { status } = await rawExchange(gate.port, { headers, headOnly: true });
    expect(status).toBe(401);
  });
});

describe('a caller who is let in', () => {
  it('is anonymous only where the server says so', async () => {
    gate.setPolicy(policyOf(ALLOW_ALL, { anonymous: true }));
    const before = (await gate.decisions()).length;
    await openSession(gate);
    const [line] = (await gate.decisions(before + 1)).slice(before);
    expect(line?.principal).toMatchObject({ kind: 'anonymous', name: 'anonymous' });
  });

  it('is on record by name, and its credentials never reach the server', async () => {
    const [before, seenBefore] = [(await gate.decisions()).length, fixture.seen.length];
    const secrets = [bearer(ADA), ['Cookie', 'session=secret'], ['Proxy-Authorization', 'Basic eA==']] as const;
    const { status } = await post(
      gate,
      [...modernHeaders('tools/list'), ...secrets, ['X-Kept', 'yes']],
      modernRequest('tools/list'),
    );
    expect(status).toBe(200);
    const [line] = (await gate.decisions(before + 1)).slice(before);
    expect(line?.principal).toMatchObject({ kind: 'token', name: 'ada' });
    const [seen] = fixture.seen.slice(seenBefore);
    expect(seen?.headers['x-kept']).toBe('yes');
    expect(JSON.stringify(seen)).not.toMatch(/sallyport_|secret|Basic/);
  });

  it.each([
    ['SDK v1', async () => connectV1(gate.url, ADA)],
    ['SDK v2, legacy', async () => connectV2(gate.url, 'legacy', ADA)],
    ['SDK v2, 2026-07-28', async () => connectV2(gate.url, 'modern', ADA)],
  ])('may use %s with its token', async (_name, connect) => {
    const client = await connect();
    defer(() => client.close());
    await expect(client.listTools()).resolves.toHaveProperty('tools');
  });

  it.each([
    ['SDK v1', async () => connectV1(gate.url, 'wrong')],
    ['SDK v2, legacy', async () => connectV2(gate.url, 'legacy', 'wrong')],
    ['SDK v2, 2026-07-28', async () => connectV2(gate.url, 'modern', 'wrong')],
  ])('sees a failure to connect in %s without it', async (_name, connect) => {
    await expect(connect()).rejects.toThrow();
  });

  it('is out from the next request on when its token is taken away', async () => {
    const session = await openSession(gate, ADA);
    gate.setClients({ ada: 'sallyport_rotated' });
    const old = await post(gate, [...legacyHeaders(session), bearer(ADA)], request('tools/list'));
    expect(old.status).toBe(401);
    const rotated = await post(gate, [...legacyHeaders(session), bearer('sallyport_rotated')], request('tools/list'));
    expect(rotated.status).toBe(200);
  });
});

describe("another principal's session", { tags: ['owned-handles'] }, () => {
  const notFound = { status: 404, code: -32001, says: /start a new one with initialize/, reason: 'session-not-found' };

  it.each(['POST', 'GET', 'DELETE'])('does not exist for a %s', async (method) => {
    const session = await openSession(gate, ADA);
    const headers = [...legacyHeaders(session), bearer(BOB)];
    const body = method === 'POST' ? callTool('echo') : undefined;
    await expectRefused(gate, fixture, { method, headers, body }, notFound);
    const own = await post(gate, [...legacyHeaders(session), bearer(ADA)], request('tools/list'));
    expect(own.status).toBe(200);
  });

  it('cannot be taken over by initialize', async () => {
    const session = await openSession(gate, ADA);
    const headers = [...JSON_HEADERS, bearer(BOB), ['Mcp-Session-Id', session] as const];
    // The name is an earlier one to whoever begins anew, and goes no further.
    const { status, headers: answered } = await rawExchange(gate.port, { headers, body: INITIALIZE });
    expect(status).toBe(200);
    expect(answered['mcp-session-id']).not.toBe(session);
    expect(fixture.seen.at(-1)?.headers).not.toHaveProperty('mcp-session-id');
  });

  it('is not even named to the server by a message of 2026-07-28, which has no sessions', async () => {
    const session = await openSession(gate, ADA);
    const seenBefore = fixture.seen.length;
    const headers = [...modernHeaders('tools/list'), bearer(BOB), ['Mcp-Session-Id', session] as const];
    const { status } = await post(gate, [...headers, ['Last-Event-ID', '7']], modernRequest('tools/list'));
    expect(status).toBe(200);
    expect(fixture.seen[seenBefore]?.headers).not.toHaveProperty('mcp-session-id');
    expect(fixture.seen[seenBefore]?.headers).not.toHaveProperty('last-event-id');
  });

  it('is not ended by a 404 that somebody else got for a call which merely named it', async () => {
    const session = await openSession(gate, ADA);
    // The fixture knows no completion, and answers 404 as the revision asks.
    const ref = { type: 'ref/prompt', name: 'greet' };
    const body = modernRequest('completion/complete', { ref, argument: { name: 'a', value: 'b' } });
    const headers = [...modernHeaders('completion/complete'), bearer(BOB), ['Mcp-Session-Id', session] as const];
    expect((await post(gate, headers, body)).status).toBe(404);
    const own = await post(gate, [...legacyHeaders(session), bearer(ADA)], request('tools/list'));
    expect(own.status).toBe(200);
  });
});
