/** Methods that no revision of MCP knows: refused in either direction, unless a rule names them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { legacyHeaders, messagesIn, modernHeaders, modernRequest, request } from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { type ScriptedServer, startScripted } from '../support/scripted-server.ts';
import { openSession } from '../support/session.ts';

const { use } = cleanupAfterEach();
let server: ScriptedServer;
let gate: TestGate;
let session: string;
beforeEach(async () => {
  server = await use(startScripted());
  server.json({ jsonrpc: '2.0', id: 1, result: { ok: true } });
  const methods = [
    { names: ['*'], effect: 'Allow' as const },
    { names: ['vendor/admin/*'], effect: 'Deny' as const },
  ];
  gate = await use(startGate({ upstream: server.url, policy: policyOf({ ...ALLOW_ALL, methods }) }));
  session = await openSession(gate);
});

const legacy = async (body: string): Promise<RawResponse> =>
  rawExchange(gate.port, { headers: legacyHeaders(session), body });
const modern = async (method: string): Promise<RawResponse> =>
  rawExchange(gate.port, { headers: modernHeaders(method), body: modernRequest(method, { uri: 'x://y' }) });
const note = (method: string): string => JSON.stringify({ jsonrpc: '2.0', method });

describe('a rule on methods', () => {
  it('lets requests and notifications through in both eras, and is on record', async () => {
    expect(messagesIn((await legacy(request('vendor/x'))).body)[0]).toMatchObject({ result: { ok: true } });
    expect(messagesIn((await modern('vendor/x')).body)[0]).toMatchObject({ result: { ok: true } });
    expect(await legacy(note('notifications/vendor'))).toMatchObject({ status: 202 });
    const decisions = (await gate.decisions(4)).slice(1);
    for (const { decision } of decisions) expect(decision.rules).toEqual(['finance/rules#methods[0]']);
    expect(server.posted.map(({ method }) => method).slice(1)).toEqual([
      'vendor/x',
      'vendor/x',
      'notifications/vendor',
    ]);
  });

  it('that denies says so', async () => {
    expect(messagesIn((await legacy(request('vendor/admin/drop'))).body)[0]).toMatchObject({ error: { code: -31001 } });
  });

  it.each(['resources/subscribe', 'resources/unsubscribe', 'initialize', 'ping', 'Tools/Call', 'tool\u017f/call'])(
    'does not make a method of MCP one of a revision that does not have it: %s in 2026-07-28',
    async (method) => {
      const before = server.posted.length;
      const { body } = await modern(method.replace('\u017f', 'S'));
      expect(messagesIn(body)[0]).toHaveProperty('error');
      expect(server.posted).toHaveLength(before);
    },
  );

  it('nor the other way round: subscriptions/listen in a legacy session', async () => {
    const before = server.posted.length;
    const body = request('subscriptions/listen', { notifications: { resourceSubscriptions: ['x://secret'] } });
    expect(messagesIn((await legacy(body)).body)[0]).toMatchObject({ error: { code: -32601 } });
    expect(server.posted).toHaveLength(before);
  });
});

it('without a rule: unknown, with the status of the era', { tags: ['decided'] }, async () => {
  gate.setPolicy(policyOf(ALLOW_ALL));
  expect(await legacy(request('vendor/x'))).toMatchObject({ status: 200, body: expect.stringContaining('-32601') });
  expect(await modern('vendor/x')).toMatchObject({ status: 404, body: expect.stringContaining('-32601') });
  // Nobody waits for it, and to some clients an HTTP error is the end of their session.
  expect(await legacy(note('notifications/vendor'))).toMatchObject({ status: 202 });
  expect(server.posted).toHaveLength(1);
});
