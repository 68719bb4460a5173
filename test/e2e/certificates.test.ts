/** Callers by their certificate, and by the word of a proxy: over real connections, to gates with all of their parts. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import tls from 'node:tls';
import { Agent, fetch as undiciFetch } from 'undici';
import { describe, expect, it } from 'vitest';
import { type Issued, TestAuthority } from '../../core/x509/testing/test-authority.ts';
import { testAuthority } from '../../sidecar/testing/certificates.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type GateOptions, startGate, type TestGate } from '../support/gate.ts';
import { INITIALIZE, legacyHeaders, callTool, modernHeaders, modernRequest } from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';

const { use, defer } = cleanupAfterEach();
const serving = testAuthority();
const [mesh, next, stranger] = [TestAuthority.root(), TestAuthority.root(), TestAuthority.root()];
const ID = 'spiffe://example.org/ns/finance/sa/billing';
const ENTRY = { name: 'mesh', ca: mesh.ca, names: 'Spiffe' as const, trustDomain: 'example.org', groups: ['agents'] };

type Access = NonNullable<Parameters<typeof policyOf>[1]>;
const withTls = (access: Access) => policyOf(ALLOW_ALL, { tls: { secretName: 'ledger-tls' }, ...access });
const trusting = (...trust: object[]) => withTls({ certificates: { trust: trust as (typeof ENTRY)[] } });
const billing = mesh.issue({ uris: [ID] });

async function start(policy: ReturnType<typeof policyOf>, options: Partial<GateOptions> = {}) {
  const fixture = await use(startFixture());
  const gate = await use(startGate({ policy, certificate: serving.issue(), upstream: fixture.url, ...options }));
  return { fixture, gate };
}

function agentWith(client?: Pick<Issued, 'cert' | 'key'>): Agent {
  const dispatcher = new Agent({ connect: { ca: serving.ca, cert: client?.cert, key: client?.key }, connections: 1 });
  defer(() => dispatcher.destroy());
  return dispatcher;
}

async function echo(
  { port }: TestGate,
  dispatcher: Agent,
  more: Record<string, string> = {},
): Promise<[number, string]> {
  const headers = { ...Object.fromEntries(modernHeaders('tools/call', 'echo')), ...more };
  const body = modernRequest('tools/call', { name: 'echo', arguments: { text: 'hi' } });
  const response = await undiciFetch(`https://127.0.0.1:${port}/mcp`, { method: 'POST', headers, body, dispatcher });
  return [response.status, await response.text()];
}

const callers = async (gate: TestGate) => (await gate.decisions(1)).map(({ principal }) => principal);

describe('a caller with a certificate', { tags: ['identity'] }, () => {
  it('is who it says, in the audit log with whoever vouches for it', async () => {
    const { gate } = await start(trusting(ENTRY));
    const dispatcher = agentWith(billing);
    for (let i = 0; i < 2; i++) expect((await echo(gate, dispatcher))[0]).toBe(200);
    expect((await callers(gate)).at(-1)).toEqual({ kind: 'certificate', name: ID, groups: ['agents'], issuer: 'mesh' });
  });

  it.each([
    ['none', undefined, 401, 'connect with a client certificate'],
    ['one of an authority that nobody trusts', stranger.issue({ uris: [ID] }), 401, 'none of the authorities'],
    ['one that has expired', mesh.issue({ uris: [ID], notAfter: Date.now() - 1000 }), 401, 'it has expired'],
    ['one of another trust domain', mesh.issue({ uris: ['spiffe://other.org/a'] }), 401, 'trust domain is other.org'],
    ['one by an authority in between', mesh.between().issue({ uris: [ID] }), 200, 'hi'],
  ])('that shows %s', async (_what, client, status, said) => {
    const { gate } = await start(trusting(ENTRY));
    expect(await echo(gate, agentWith(client))).toEqual([status, expect.stringContaining(said)]);
  });

  it('has to show one where every caller has, whatever else it shows', async () => {
    const required = withTls({ certificates: { mode: 'Required', trust: [ENTRY] }, tokens: { secretName: 'clients' } });
    const { gate } = await start(required, { clients: { ada: 'good' } });
    const token = { authorization: 'Bearer good' };
    expect(await echo(gate, agentWith(), token)).toEqual([401, expect.stringContaining('client certificate alone')]);
    expect((await echo(gate, agentWith(billing), token))[0]).toBe(200);
    expect((await callers(gate)).at(-1)).toMatchObject({ kind: 'token', name: 'ada' });
  });

  it('that is refused connects anew, and may be known then', async () => {
    const { gate } = await start(trusting(ENTRY));
    const dispatcher = agentWith(next.issue({ uris: [ID] }));
    expect((await echo(gate, dispatcher))[0]).toBe(401);
    gate.setPolicy(trusting({ ...ENTRY, ca: mesh.ca + next.ca }));
    expect((await echo(gate, dispatcher))[0]).toBe(200);
  });

  it('goes on while authorities are exchanged, and not once its own is gone', async () => {
    const { gate } = await start(trusting(ENTRY));
    const dispatcher = agentWith(billing);
    expect((await echo(gate, dispatcher))[0]).toBe(200);
    gate.setPolicy(trusting({ ...ENTRY, ca: mesh.ca + next.ca }));
    expect((await echo(gate, dispatcher))[0]).toBe(200);
    gate.setPolicy(trusting({ ...ENTRY, ca: next.ca }));
    expect((await echo(gate, dispatcher))[0]).toBe(401);
    expect((await echo(gate, dispatcher))[0]).toBe(401);
  });

  it('has no session of TLS that outlives a change', async () => {
    const { gate } = await start(trusting(ENTRY));
    const sessions: Buffer[] = [];
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const options = { port: gate.port, host: '127.0.0.1', ca: serving.ca, ...billing, maxVersion };
      const first = tls.connect(options);
      first.on('session', (session) => sessions.push(session));
      await once(first, 'secureConnect');
      first.write('GET /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
      await once(first, 'data');
      first.destroy();
      const again = tls.connect({ ...options, session: sessions.at(-1) });
      defer(() => void again.destroy());
      await once(again, 'secureConnect');
      expect(again.isSessionReused()).toBe(false);
    }
  });

  it('loses its stream once it is taken back', { tags: ['revocation'] }, async () => {
    const { gate } = await start(trusting(ENTRY));
    const dispatcher = agentWith(billing);
    const url = `https://127.0.0.1:${gate.port}/mcp`;
    const opened = await undiciFetch(url, {
      ...{ method: 'POST', body: INITIALIZE, dispatcher },
      headers: Object.fromEntries(legacyHeaders()),
    });
    const session = opened.headers.get('mcp-session-id') ?? expect.fail('no session');
    await opened.text();
    const stream = await undiciFetch(url, {
      ...{ headers: { ...Object.fromEntries(legacyHeaders(session)), accept: 'text/event-stream' } },
      dispatcher: agentWith(billing),
    });
    expect(stream.status).toBe(200);
    gate.setPolicy(trusting({ ...ENTRY, crl: mesh.crl([billing.serial]) }));
    await stream.text().catch(() => '');
    const later = await undiciFetch(url, {
      ...{ method: 'POST', body: callTool('echo', { text: 'hi' }), dispatcher },
      headers: Object.fromEntries(legacyHeaders(session)),
    });
    expect([later.status, await later.text()]).toEqual([401, expect.stringContaining('taken back')]);
  });

  it('that every caller needs ends the stream of a token with it', async () => {
    const required = (entry: object) =>
      withTls({
        certificates: { mode: 'Required', trust: [entry as typeof ENTRY] },
        tokens: { secretName: 'clients' },
      });
    const { gate } = await start(required(ENTRY), { clients: { ada: 'good' } });
    const url = `https://127.0.0.1:${gate.port}/mcp`;
    const headersOf = (session?: string) => ({
      ...Object.fromEntries(legacyHeaders(session)),
      authorization: 'Bearer good',
    });
    const dispatcher = agentWith(billing);
    const opened = await undiciFetch(url, { method: 'POST', body: INITIALIZE, dispatcher, headers: headersOf() });
    const session = opened.headers.get('mcp-session-id') ?? expect.fail('no session');
    await opened.text();
    const stream = await undiciFetch(url, {
      ...{ headers: { ...headersOf(session), accept: 'text/event-stream' } },
      dispatcher: agentWith(billing),
    });
    expect(stream.status).toBe(200);
    gate.setPolicy(required({ ...ENTRY, crl: mesh.crl([billing.serial]) }));
    await stream.text().catch(() => '');
  });

  it('is the same one at the gate that has its session', async () => {
    const sharedKey = randomBytes(32);
    const [one, other] = [await start(trusting(ENTRY), { sharedKey }), await start(trusting(ENTRY), { sharedKey })];
    const open = await undiciFetch(`https://127.0.0.1:${one.gate.port}/mcp`, {
      ...{ method: 'POST', body: INITIALIZE, dispatcher: agentWith(billing) },
      headers: Object.fromEntries(legacyHeaders()),
    });
    const session = open.headers.get('mcp-session-id') ?? expect.fail('no session');
    await open.text();
    const ask = async (client: Issued) => {
      const response = await undiciFetch(`https://127.0.0.1:${other.gate.port}/mcp`, {
        ...{ method: 'POST', body: callTool('echo', { text: 'hi' }), dispatcher: agentWith(client) },
        headers: Object.fromEntries(legacyHeaders(session)),
      });
      return [response.status, await response.text()];
    };
    expect(await ask(billing)).toEqual([200, expect.stringContaining('hi')]);
    expect((await ask(mesh.issue({ uris: [`${ID}2`] })))[0]).toBe(404);
    expect((await ask(stranger.issue({ uris: [ID] })))[0]).toBe(401);
    expect((await callers(one.gate)).filter((caller) => caller?.name === ID).length).toBeGreaterThan(1);
  });
});

describe('headers that claim who somebody is', { tags: ['identity'] }, () => {
  const CLAIMS = { 'x-forwarded-user': 'ada', 'x-forwarded-groups': 'staff', x_forwarded_user: 'eve', 'x-user': 'eve' };
  const seenBy = (fixture: FixtureServer) => fixture.seen.at(-1)?.headers ?? {};
  const proxied = (...addresses: string[]) => ({
    trustedProxies: [{ name: 'edge', addresses, user: { groups: 'X-Forwarded-Groups' } }],
  });

  it('never reach the server, and give nothing', async () => {
    const { fixture, gate } = await start(withTls({ anonymous: true, ...proxied('192.0.2.0/24') }));
    expect((await echo(gate, agentWith(), { ...CLAIMS, 'x-forwarded-for': '192.0.2.1' }))[0]).toBe(200);
    expect((await callers(gate)).at(-1)).toMatchObject({ kind: 'anonymous' });
    expect(seenBy(fixture)).toHaveProperty('x-user');
    for (const name of ['x-forwarded-user', 'x-forwarded-groups', 'x_forwarded_user'])
      expect(seenBy(fixture)).not.toHaveProperty(name);
  });

  it('count from a proxy that is trusted, and from the server’s point of view as well', async () => {
    const { fixture, gate } = await start(withTls(proxied('127.0.0.0/8')));
    expect((await echo(gate, agentWith(), CLAIMS))[0]).toBe(200);
    expect((await callers(gate)).at(-1)).toEqual({ kind: 'forwarded', name: 'ada', groups: ['staff'], issuer: 'edge' });
    expect(seenBy(fixture)).toMatchObject({ 'x-forwarded-user': 'ada', 'x-forwarded-groups': 'staff' });
    expect(seenBy(fixture)).not.toHaveProperty('x_forwarded_user');
  });

  it('that stand there twice are refused', async () => {
    const { gate } = await start(withTls(proxied('127.0.0.0/8')));
    const body = modernRequest('tools/call', { name: 'echo', arguments: { text: 'hi' } });
    const { statusCode } = await agentWith().request({
      ...{ origin: `https://127.0.0.1:${gate.port}`, path: '/mcp', method: 'POST', body },
      headers: [
        ...modernHeaders('tools/call', 'echo').flat(),
        ...['x-forwarded-user', 'ada', 'x-forwarded-user', 'eve'],
      ] as string[],
    });
    expect(statusCode).toBe(400);
  });

  it('of a certificate count from a proxy that shows its own', async () => {
    const gateway = 'spiffe://example.org/ns/edge/sa/gateway';
    const { gate } = await start(
      withTls({
        certificates: { trust: [ENTRY] },
        trustedProxies: [
          {
            ...{ name: 'gateway', certificate: { trust: 'mesh', name: gateway } },
            clientCertificate: { names: 'Spiffe', trustDomain: 'example.org' },
          },
        ],
      }),
    );
    const header = { 'x-forwarded-client-cert': `By=${gateway};Hash=ab;Subject="";URI=${ID}` };
    const dispatcher = agentWith(mesh.issue({ uris: [gateway] }));
    expect((await echo(gate, dispatcher, header))[0]).toBe(200);
    expect((await callers(gate)).at(-1)).toMatchObject({ kind: 'forwarded', name: ID, issuer: 'gateway' });
    expect(await echo(gate, dispatcher)).toEqual([401, expect.stringContaining('has not said who')]);
    // Anybody else is who it is, whatever it claims.
    expect((await echo(gate, agentWith(mesh.issue({ uris: [`${ID}2`] })), header))[0]).toBe(200);
    expect(
      await eventually('another caller', async () => (await callers(gate)).find((caller) => caller?.name === `${ID}2`)),
    ).toMatchObject({ kind: 'certificate' });
  });
});
