/**
 * Official clients on their way to a token, without a browser: the Python SDKs as a person's client, and agents of all SDKs that have a
 * secret or a key of their own. Persons' clients in TypeScript: test/e2e/jwt.test.ts.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client as ClientV2,
  ClientCredentialsProvider as SecretV2,
  PrivateKeyJwtProvider as KeyV2,
  StreamableHTTPClientTransport as HttpV2,
} from '@modelcontextprotocol/client';
import {
  ClientCredentialsProvider as SecretV1,
  PrivateKeyJwtProvider as KeyV1,
} from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { cleanupAfterAll } from '../support/cleanup.ts';
import { textOf } from '../support/clients.ts';
import { startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { MODERN } from '../support/messages.ts';
import { type OidcProvider, startOidcProvider } from '../support/oidc-provider.ts';
import { ALLOW_ALL, policyOf } from '../support/policy.ts';
import { PYTHON, type PythonSdk, SDK_1, SDK_2 } from './python-sdks.ts';

const { defer, use } = cleanupAfterAll();
/** The Python packages are installed on first use. */
const START_MS = 10 * 60_000;
const ACCESS_SECONDS = 3;
const SECRET = { clientId: 'billing-agent', clientSecret: 'not-much-of-a-secret' };
const PYTHONS: readonly (readonly [name: string, sdk: PythonSdk, mode: 'legacy' | 'auto'])[] = [
  ['1.x', SDK_1, 'legacy'],
  ['2.x, handshake', SDK_2, 'legacy'],
  ['2.x, 2026-07-28', SDK_2, 'auto'],
];

let gate: TestGate;
let provider: OidcProvider;
let keyPem: string;
const trusted = (more: object = {}) =>
  policyOf(ALLOW_ALL, { jwt: [{ issuer: provider.url, audiences: [gate.url], clockSkew: '0s', ...more }] });

beforeAll(async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  keyPem = await exportPKCS8(privateKey);
  const keyAgent = { id: 'key-agent', publicKey: await exportJWK(publicKey) };
  provider = await use(startOidcProvider({ accessSeconds: ACCESS_SECONDS, keyAgent }));
  const server = await use(startFixture());
  gate = await use(startGate({ upstream: server.url }));
  provider.resources.add(gate.url);
  gate.setPolicy(trusted());
  if (PYTHON !== undefined) for (const sdk of [SDK_1, SDK_2]) await use(sdk.start());
}, START_MS);

const callers = () => ({
  user: { auth: { kind: 'user' }, name: 'ada' },
  secret: { auth: { kind: 'secret', id: SECRET.clientId, secret: SECRET.clientSecret }, name: SECRET.clientId },
  key: { auth: { kind: 'key', id: 'key-agent', key: keyPem }, name: 'key-agent' },
});

describe.skipIf(PYTHON === undefined).each(PYTHONS)('the Python SDK %s', (_name, sdk, mode) => {
  /** A session that is opened when it is first asked. */
  function session(auth: object) {
    const line = { session: randomUUID(), target: gate.url, transport: 'http', mode, auth };
    const ask = async (op: string, more: object = {}) => sdk.driver().ask({ op, ...line, ...more });
    return {
      connect: async () => ask('connect'),
      call: async () => textOf(await ask('call', { name: 'echo', args: {} })),
      asked: async () => (await ask('asked')) as string[],
      close: async () => ask('close'),
    };
  }

  // The first generation writes the issuer with a slash at its end into what it signs, and providers compare by letter (RFC 7523 §3).
  it.each(sdk === SDK_1 ? (['user', 'secret'] as const) : (['user', 'secret', 'key'] as const))(
    'with what a %s has gets a token for the gate, and is known',
    async (who) => {
      gate.setPolicy(trusted());
      const { auth, name } = callers()[who];
      const client = session(auth);
      await client.connect();
      expect(await client.call()).toMatch(/^echo/);
      const { origin } = new URL(gate.url);
      expect((await client.asked()).slice(0, 2)).toEqual([
        `POST ${gate.url} 401`,
        `GET ${origin}/.well-known/oauth-protected-resource/mcp 200`,
      ]);
      expect((await gate.decisions()).at(-1)?.principal).toMatchObject({ kind: 'jwt', name, groups: ['treasury'] });
      await client.close();
    },
  );

  it('refreshes a token that runs out, and its session goes on', async () => {
    gate.setPolicy(trusted());
    const client = session(callers().user.auth);
    await client.connect();
    const before = (await client.asked()).length;
    await sleep(ACCESS_SECONDS * 1000 + 500);
    expect(await client.call()).toMatch(/^echo/);
    const since = (await client.asked()).slice(before);
    expect(since).toContain(`POST ${provider.url}/token 200`);
    expect(since).not.toContain(`POST ${provider.url}/reg 201`);
    await client.close();
  });

  it('gives up on a gate that takes its token for nothing', async () => {
    gate.setPolicy(trusted({ require: { tenant: 'acme' } }));
    const client = session(callers().user.auth);
    await expect(client.connect()).rejects.toThrow();
    const asked = await client.asked();
    // Once for each revision that it tries.
    const tries = mode === 'auto' ? 2 : 1;
    expect(asked.filter((line) => line === `POST ${gate.url} 401`)).toHaveLength(2 * tries);
    expect(asked.filter((line) => line === `POST ${provider.url}/token 200`)).toHaveLength(tries);
  });

  it('asks nobody to log in again while the issuer cannot be asked for its keys', async () => {
    gate.setPolicy(trusted({ jwksUrl: 'http://127.0.0.1:1/keys' }));
    const client = session(callers().user.auth);
    await expect(client.connect()).rejects.toThrow();
    const asked = await client.asked();
    expect(asked.filter((line) => line === `POST ${provider.url}/token 200`)).toHaveLength(1);
    expect(asked.at(-1)).toBe(`POST ${gate.url} 503`);
  });
});

describe('agents of the TypeScript SDKs', () => {
  const secret = () => ({ ...SECRET, expectedIssuer: provider.url });
  const key = () => ({ clientId: 'key-agent', privateKey: keyPem, algorithm: 'ES256', expectedIssuer: provider.url });
  const v2 = async (authProvider: SecretV2 | KeyV2, mode: 'legacy' | { pin: string }) => {
    const client = new ClientV2({ name: 'agent', version: '1.0.0' }, { versionNegotiation: { mode } });
    await client.connect(new HttpV2(new URL(gate.url), { authProvider }));
    return client;
  };
  const v1 = async (authProvider: SecretV1 | KeyV1) => {
    const client = new ClientV1({ name: 'agent', version: '1.0.0' });
    await client.connect(new HttpV1(new URL(gate.url), { authProvider }));
    return client;
  };

  it.each([
    { sdk: 'v1', has: 'a secret', name: 'billing-agent', connect: async () => v1(new SecretV1(secret())) },
    { sdk: 'v1', has: 'a key', name: 'key-agent', connect: async () => v1(new KeyV1(key())) },
    {
      sdk: 'v2, legacy',
      has: 'a secret',
      name: 'billing-agent',
      connect: async () => v2(new SecretV2(secret()), 'legacy'),
    },
    { sdk: 'v2, legacy', has: 'a key', name: 'key-agent', connect: async () => v2(new KeyV2(key()), 'legacy') },
    {
      sdk: MODERN,
      has: 'a secret',
      name: 'billing-agent',
      connect: async () => v2(new SecretV2(secret()), { pin: MODERN }),
    },
    { sdk: MODERN, has: 'a key', name: 'key-agent', connect: async () => v2(new KeyV2(key()), { pin: MODERN }) },
  ])('$sdk with $has gets a token for the gate, and a new one when it has run out', async ({ name, connect }) => {
    gate.setPolicy(trusted());
    const client = await connect();
    defer(() => client.close());
    expect(textOf(await client.callTool({ name: 'echo' }))).toMatch(/^echo/);
    await sleep(ACCESS_SECONDS * 1000 + 500);
    expect(textOf(await client.callTool({ name: 'echo' }))).toMatch(/^echo/);
    expect((await gate.decisions()).at(-1)?.principal).toMatchObject({ kind: 'jwt', name });
  });
});
