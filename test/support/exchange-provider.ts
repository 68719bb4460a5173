/**
 * A certified OpenID provider on loopback (oidc-provider, MIT) that gives tokens to clients, and exchanges those of others (RFC 8693), which
 * it has no grant for: that one is written here.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type JWTPayload,
  type JWTVerifyGetKey,
  createLocalJWKSet,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  jwtVerify,
} from 'jose';
import { type JWK, Provider, errors } from 'oidc-provider';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const SCOPES = 'mcp ledger.read';

export const GATE_CLIENT = { client_id: 'ledger-gate', client_secret: 'the-secret:of the gate%' };

export interface ExchangeProvider {
  readonly url: string;
  /** Questions to its token endpoint, with what became of each. */
  readonly asked: { readonly grantType: string; readonly status: number }[];
  /** The private key with which the client `ledger-gate-signed` shows who it is, as PEM. */
  readonly signingKey: string;
  /** Of which resources it gives tokens. */
  readonly resources: Set<string>;
  /** Whose tokens it does not exchange. */
  readonly declined: Set<string>;
  /** A token of an agent, as it comes to the gate with. */
  agentToken(name: 'ada' | 'bob', resource: string): Promise<string>;
  /** What a token says that it has signed, for this audience. */
  verify(token: string, audience: string): Promise<JWTPayload>;
  close(): Promise<void>;
}

interface ExchangeParams {
  readonly subject_token?: string;
  readonly subject_token_type?: string;
  readonly actor_token?: string;
  readonly resource?: string;
  readonly scope?: string;
}

export async function startExchangeProvider(): Promise<ExchangeProvider> {
  const resources = new Set<string>();
  const declined = new Set<string>();
  const asked: { grantType: string; status: number }[] = [];
  let serve: http.RequestListener = (_request, response) => response.end();
  const server = http.createServer((request, response) => serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const own = await generateKeyPair('ES256', { extractable: true });
  const ofClient = await generateKeyPair('ES256', { extractable: true });
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(own.publicKey)), kid: 'one', alg: 'ES256' }] });
  const machine = { grant_types: ['client_credentials', EXCHANGE], redirect_uris: [], response_types: [] };
  const actors = new WeakMap<object, JWTPayload>();
  const provider = new Provider(url, {
    jwks: { keys: [{ ...((await exportJWK(own.privateKey)) as JWK), kid: 'one', use: 'sig', alg: 'ES256' }] },
    clients: [
      { ...GATE_CLIENT, ...machine },
      {
        client_id: 'ledger-gate-signed',
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...((await exportJWK(ofClient.publicKey)) as JWK), kid: 'gate-1', alg: 'ES256' }] },
        ...machine,
      },
      { client_id: 'ada', client_secret: 'secret-of-ada', ...machine },
      { client_id: 'bob', client_secret: 'secret-of-bob', ...machine },
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'], clientAuthSigningAlgValues: ['ES256'] },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    scopes: SCOPES.split(' '),
    cookies: { keys: ['test'] },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: { AccessToken: 300, ClientCredentials: 300 },
    // RFC 8693 §4.1
    extraTokenClaims: (_ctx, token) => {
      const actor = actors.get(token);
      return actor === undefined ? {} : { act: { sub: actor.sub } };
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: { enabled: true, getResourceServerInfo: (_ctx, resource) => serverOf(resource) },
    },
  });
  const serverOf = (resource: string) => {
    if (!resources.has(resource)) throw new errors.InvalidTarget('a resource that nobody knows');
    const jwt = { sign: { alg: 'ES256' as const } };
    return { scope: SCOPES, audience: resource, accessTokenFormat: 'jwt' as const, jwt };
  };
  provider.registerGrantType<ExchangeParams>(
    EXCHANGE,
    async (ctx) => {
      const { params, client } = ctx.oidc;
      if (params.subject_token_type !== ACCESS_TOKEN) throw new errors.InvalidRequest('subject_token_type');
      const subject = await tokenIn(params.subject_token, keys);
      if (declined.has(subject.sub ?? '')) throw new errors.InvalidRequest('not this one');
      const token = new provider.AccessToken({
        client,
        accountId: subject.sub ?? '',
        grantId: 'exchange',
        gty: 'token_exchange',
        scope: params.scope ?? '',
      });
      token.resourceServer = Object.assign(serverOf(params.resource ?? ''), {
        identifier: () => params.resource ?? '',
      }) as unknown as NonNullable<typeof token.resourceServer>;
      if (params.actor_token !== undefined) actors.set(token, await tokenIn(params.actor_token, keys));
      ctx.body = {
        access_token: await token.save(),
        issued_token_type: ACCESS_TOKEN,
        token_type: 'Bearer',
        expires_in: token.expiration,
      };
    },
    ['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'audience', 'resource', 'scope'],
    ['audience', 'resource'],
  );
  provider.use(async (ctx, next) => {
    await next();
    const { oidc } = ctx as { oidc?: { route?: string; params?: { grant_type?: string } } };
    if (oidc?.route === 'token') asked.push({ grantType: oidc.params?.grant_type ?? '', status: ctx.status });
  });
  const callback = provider.callback();
  serve = (request, response) => void callback(request, response);
  return {
    url,
    asked,
    signingKey: await exportPKCS8(ofClient.privateKey),
    resources,
    declined,
    async agentToken(name, resource) {
      const body = new URLSearchParams({
        ...{ client_id: name, client_secret: `secret-of-${name}` },
        ...{ grant_type: 'client_credentials', resource, scope: 'mcp' },
      });
      const answer = await fetch(`${url}/token`, { method: 'POST', body });
      const { access_token: token } = (await answer.json()) as { access_token?: string };
      if (token === undefined) throw new Error(`no token: status ${answer.status}`);
      return token;
    },
    async verify(token, audience) {
      return (await jwtVerify(token, keys, { issuer: url, audience })).payload;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** RFC 8693 §2.2.2: whatever is wrong with it is an invalid request. */
async function tokenIn(token: string | undefined, keys: JWTVerifyGetKey): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token ?? '', keys)).payload;
  } catch {
    throw new errors.InvalidRequest('a token that is not taken');
  }
}
