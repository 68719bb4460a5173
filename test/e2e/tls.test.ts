/** Clients that come by TLS: who is let in, what they are shown, and what becomes of those who do not speak it. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Agent, fetch as undiciFetch } from 'undici';
import { describe, expect, it } from 'vitest';
import { testAuthority } from '../../sidecar/testing/certificates.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { startFixture } from '../support/fixture-server.ts';
import { type GateOptions, showCertificate, startGate, type TestGate } from '../support/gate.ts';
import { callTool, JSON_HEADERS, MODERN, modernHeaders, modernRequest } from '../support/messages.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';

const { use, defer } = cleanupAfterEach();
const authority = testAuthority();
const PLAIN = policyOf(ALLOW_ALL, { anonymous: true });
const TLS_ONLY = policyOf(ALLOW_ALL, { anonymous: true, tls: { secretName: 'ledger-tls' } });

async function gateWith(options: Partial<GateOptions> = {}): Promise<TestGate> {
  const fixture = await use(startFixture());
  return use(startGate({ policy: TLS_ONLY, certificate: authority.issue(), upstream: fixture.url, ...options }));
}

function agentOf(ca = authority.ca, connections: number | null = null): Agent {
  const dispatcher = new Agent({ connect: { ca }, connections });
  defer(() => dispatcher.destroy());
  return dispatcher;
}

function fetchWith(dispatcher: Agent): typeof fetch {
  return ((url: string, init: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch;
}

async function echo({ port }: TestGate, dispatcher: Agent, text = 'hi'): Promise<[status: number, body: string]> {
  const headers = Object.fromEntries(modernHeaders('tools/call', 'echo'));
  const body = modernRequest('tools/call', { name: 'echo', arguments: { text } });
  const url = `https://127.0.0.1:${port}/mcp`;
  const response = await undiciFetch(url, { method: 'POST', headers, body, dispatcher });
  return [response.status, await response.text()];
}

/** What a handshake comes to. */
async function shake(
  port: number,
  options: tls.ConnectionOptions = {},
): Promise<tls.TLSSocket | NodeJS.ErrnoException> {
  const socket = tls.connect({ port, host: '127.0.0.1', ca: authority.ca, ...options });
  defer(() => void socket.destroy());
  const failed = once(socket, 'error').then(([error]) => error as NodeJS.ErrnoException);
  return Promise.race([once(socket, 'secureConnect').then(() => socket), failed]);
}

async function handshakes({ gate }: TestGate, outcome: string): Promise<number> {
  const text = await gate.metrics.registry.metrics();
  const line = `sallyport_tls_handshakes_total{server="finance/ledger",outcome="${outcome}"} `;
  return Number(
    text
      .split('\n')
      .find((one) => one.startsWith(line))
      ?.slice(line.length),
  );
}

describe('over TLS', { tags: ['tls'] }, () => {
  it('calls are answered, one after the other over one connection', async () => {
    const gate = await gateWith();
    const dispatcher = agentOf(authority.ca, 1);
    for (let i = 0; i < 3; i++) expect(await echo(gate, dispatcher)).toEqual([200, expect.stringContaining('hi')]);
    expect(await handshakes(gate, 'done')).toBe(1);
  });

  it.each([
    ['1.3 goes first, and HTTP/1.1 is what is spoken', { ALPNProtocols: ['h2', 'http/1.1'] }, 'TLSv1.3', 'http/1.1'],
    ['1.2 will do', { maxVersion: 'TLSv1.2' }, 'TLSv1.2', false],
  ] as const)('%s', async (_name, options, version, protocol) => {
    const socket = await shake((await gateWith()).port, options);
    if (!(socket instanceof tls.TLSSocket)) throw socket;
    expect([socket.getProtocol(), socket.alpnProtocol]).toEqual([version, protocol]);
    expect(socket.getCipher().name).toMatch(/AES_?128.GCM.SHA256/);
  });

  it.each([
    ['1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['a suite without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
    ['a suite whose encryption is not authenticated', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }],
    ['another protocol inside', { ALPNProtocols: ['h2'] }],
  ] as const)('refused in the handshake: %s', async (_name, options) => {
    const gate = await gateWith();
    expect(await shake(gate.port, options as unknown as tls.ConnectionOptions)).toBeInstanceOf(Error);
    await eventually('it is counted', async () => (await handshakes(gate, 'failed')) === 1);
    expect(await echo(gate, agentOf())).toEqual([200, expect.anything()]);
  });

  it('a client that knows another authority goes away by itself', async () => {
    const gate = await gateWith();
    await expect(echo(gate, agentOf(testAuthority().ca))).rejects.toThrow();
  });

  it('the official clients come through, streams and all', async () => {
    const gate = await gateWith();
    const url = new URL(`https://127.0.0.1:${gate.port}/mcp`);
    const options = { fetch: fetchWith(agentOf()) };
    const v1 = new ClientV1({ name: 'e2e', version: '1' });
    await v1.connect(new HttpV1(url, options));
    const v2 = new ClientV2({ name: 'e2e', version: '1' }, { versionNegotiation: { mode: { pin: MODERN } } });
    await v2.connect(new HttpV2(url, options));
    for (const client of [v1, v2]) {
      const result = await client.callTool({ name: 'echo', arguments: { text: 'over TLS' } });
      expect(JSON.stringify(result)).toContain('over TLS');
      await client.close();
    }
  });

  it('what a client reads of the gate has https in it', async () => {
    const jwks = JSON.stringify({ keys: [generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })] });
    const issuer = { issuer: 'https://login.example.com', audiences: ['ledger'], jwks };
    const policy = policyOf(ALLOW_ALL, { jwt: [issuer], tls: { secretName: 'ledger-tls' } });
    const gate = await gateWith({ policy });
    const origin = `https://127.0.0.1:${gate.port}`;
    const [dispatcher, path] = [agentOf(), '/.well-known/oauth-protected-resource/mcp'];
    const refused = await undiciFetch(`${origin}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      dispatcher,
    });
    expect(refused.headers.get('www-authenticate')).toContain(`resource_metadata="${origin}${path}"`);
    const metadata = await undiciFetch(origin + path, { dispatcher });
    expect(await metadata.json()).toMatchObject({ resource: `${origin}/mcp` });
  });
});

describe('another certificate', () => {
  it('counts for the next connection, and no call is lost', async () => {
    const gate = await gateWith();
    const kept = agentOf(authority.ca, 1);
    expect(await echo(gate, kept)).toEqual([200, expect.anything()]);
    const load = new AbortController();
    const callers = Array.from({ length: 4 }, async () => {
      const statuses: number[] = [];
      // Each with connections of its own, which end with every third call.
      while (!load.signal.aborted) {
        const dispatcher = agentOf();
        for (let i = 0; i < 3; i++) statuses.push((await echo(gate, dispatcher))[0]);
        await dispatcher.close();
      }
      return statuses;
    });
    const shown = new Set<string>();
    for (let i = 0; i < 20; i++) {
      showCertificate(gate.tls, authority.issue());
      const socket = await shake(gate.port);
      if (!(socket instanceof tls.TLSSocket)) throw socket;
      shown.add(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    }
    load.abort();
    const statuses = (await Promise.all(callers)).flat();
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(shown.size).toBe(20);
    // The connection from before goes on.
    expect(await echo(gate, kept)).toEqual([200, expect.anything()]);
  });

  it('that is unfit leaves the last good one', async () => {
    const gate = await gateWith();
    showCertificate(gate.tls, authority.issue({ notAfter: new Date('2021-01-01T00:00:00Z') }));
    expect(gate.tls.certificate.state.problem).toContain('ended at 2021-01-01T00:00:00Z');
    expect(await echo(gate, agentOf())).toEqual([200, expect.anything()]);
    expect(await gate.gate.metrics.registry.metrics()).toContain(
      'sallyport_tls_certificate_rejected{server="finance/ledger"} 1',
    );
  });
});

describe('where there is no certificate', { tags: ['tls'] }, () => {
  it('nobody is served, neither by TLS nor without, until there is one', async () => {
    const gate = await use(startGate({ policy: TLS_ONLY, upstream: 'http://127.0.0.1:1/mcp' }));
    expect(await shake(gate.port)).toBeInstanceOf(Error);
    expect(await handshakes(gate, 'no-certificate')).toBe(1);
    expect((await rawExchange(gate.port, { headers: JSON_HEADERS, body: callTool('echo') })).status).toBe(400);
    showCertificate(gate.tls, authority.issue());
    expect(await shake(gate.port)).toBeInstanceOf(tls.TLSSocket);
  });
});

describe('without TLS', { tags: ['tls'] }, () => {
  it.each([
    ['a small body', 'POST', 10],
    ['a large one', 'POST', 3_000_000],
    ['a stream', 'GET', 0],
    ['metadata', 'GET', 0, '/.well-known/oauth-protected-resource/mcp'],
    ['the preflight of a page', 'OPTIONS', 0],
  ])('a request is told to use https, and is on record: %s', async (_, method, size, target = '/mcp') => {
    const gate = await gateWith();
    const body = method === 'POST' ? callTool('echo', { text: 'x'.repeat(size) }) : undefined;
    const said = await rawExchange(gate.port, { method, target, headers: JSON_HEADERS, body });
    expect([said.status, said.headers['connection']]).toEqual([400, 'close']);
    expect(said.body).toContain('This port speaks https: use the same URL with https instead of http');
    const [line] = await gate.decisions(1);
    expect(line?.decision.reason).toBe('plain-http');
    expect(await handshakes(gate, 'plain')).toBe(1);
  });

  it('noise is no HTTP either', async () => {
    const gate = await gateWith();
    const socket = net.connect(gate.port, '127.0.0.1').end('hello\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /);
  });

  it('a connection from before the policy asked for it is told as well, and its stream ends', async () => {
    const gate = await gateWith({ policy: PLAIN });
    const dispatcher = agentOf(authority.ca, 1);
    const url = `http://127.0.0.1:${gate.port}/mcp`;
    const headers = Object.fromEntries(modernHeaders('tools/call', 'echo'));
    const body = modernRequest('tools/call', { name: 'echo', arguments: { text: 'hi' } });
    const before = await undiciFetch(url, { method: 'POST', headers, body, dispatcher });
    expect([before.status, await before.text()]).toEqual([200, expect.anything()]);
    gate.setPolicy(TLS_ONLY);
    const after = await undiciFetch(url, { method: 'POST', headers, body, dispatcher });
    expect([after.status, await after.text()]).toEqual([400, expect.stringContaining('https')]);
    expect(await echo(gate, agentOf())).toEqual([200, expect.anything()]);
  });

  it('who says nothing, or half of a hello, is in nobody’s way', async () => {
    const gate = await gateWith();
    const hello = Buffer.from([22, 3, 1, 2, 0, 1, 0]);
    const strangers = Array.from({ length: 600 }, (_, i) => {
      const socket = net.connect(gate.port, '127.0.0.1').on('error', () => {});
      if (i % 2 === 0) socket.write(hello);
      defer(() => void socket.destroy());
      return socket;
    });
    await eventually('what is too much is cut', () => strangers.filter(({ closed }) => closed).length >= 88);
    // Those that came first have had their time.
    await sleep(1_100);
    expect(await echo(gate, agentOf())).toEqual([200, expect.anything()]);
  });
});
