/** A certified OpenID provider on loopback (oidc-provider, MIT): clients register themselves, and whoever comes is logged in as ada. */
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { type JWK, Provider } from 'oidc-provider';
import type { DpopClient } from '../../sidecar/testing/dpop-client.ts';

export interface OidcProvider {
  readonly url: string;
  readonly port: number;
  /** Of which resources it gives tokens. */
  readonly resources: Set<string>;
  /** A token by the client credentials of an agent (RFC 6749 §4.4, RFC 8707). */
  agentToken(resource: string, scope?: string): Promise<string>;
  /** The same, bound to the key of `client` (RFC 9449 §5). */
  boundToken(resource: string, client: DpopClient): Promise<string>;
  close(): Promise<void>;
}

const AGENT = { client_id: 'billing-agent', client_secret: 'not-much-of-a-secret' };
const OF_AGENTS = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
const SCOPES = ['mcp', 'pay'];

export interface OidcOptions {
  /** How long access tokens are good; default: five minutes. */
  readonly accessSeconds?: number;
  /** An agent that proves who it is with a key instead of a secret (RFC 7523 §2.2). */
  readonly keyAgent?: { readonly id: string; readonly publicKey: JWK };
  /** An address that it listens on beside loopback, with the same port: where pods reach it. */
  readonly also?: string;
}

export async function startOidcProvider({
  accessSeconds = 300,
  keyAgent,
  also,
}: OidcOptions = {}): Promise<OidcProvider> {
  const resources = new Set<string>();
  let serve: http.RequestListener = (_request, response) => response.end();
  const server = http.createServer((request, response) => serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const other = http.createServer((request, response) => serve(request, response));
  if (also !== undefined) await new Promise<void>((resolve) => other.listen(port, also, resolve));
  const url = `http://127.0.0.1:${port}`;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const provider = new Provider(url, {
    jwks: { keys: [{ ...((await exportJWK(privateKey)) as JWK), kid: 'one', use: 'sig', alg: 'ES256' }] },
    clients: [{ ...AGENT, ...OF_AGENTS }, ...(keyAgent === undefined ? [] : [keyClient(keyAgent)])],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    scopes: ['openid', ...SCOPES],
    // Clients register with the scopes that they are asked for first, which is no reason to give them no others later.
    extraClientMetadata: {
      properties: ['registered_for'],
      validator: (_ctx, _key, _value, metadata) => {
        delete metadata.scope;
      },
    },
    cookies: { keys: ['test'] },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: {
      AccessToken: accessSeconds,
      ClientCredentials: accessSeconds,
      RefreshToken: 300,
      Interaction: 60,
      Session: 60,
      Grant: 60,
      IdToken: 60,
    },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    extraTokenClaims: () => ({ groups: ['treasury'] }),
    async loadExistingGrant({ oidc }) {
      const clientId = oidc.client?.clientId ?? '';
      const grant = new provider.Grant({ clientId, accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope(['openid', ...SCOPES].join(' '));
      for (const resource of resources) grant.addResourceScope(resource, SCOPES.join(' '));
      await grant.save();
      return grant;
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => false },
      clientCredentials: { enabled: true },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(_ctx, resource) {
          if (!resources.has(resource)) throw new Error('a resource that nobody knows');
          const signed = { sign: { alg: 'ES256' as const } };
          return { scope: SCOPES.join(' '), audience: resource, accessTokenFormat: 'jwt' as const, jwt: signed };
        },
      },
    },
  });
  const callback = provider.callback();
  const logIn = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> =>
    provider.interactionFinished(request, response, { login: { accountId: 'ada' }, consent: {} });
  serve = (request, response) => {
    if (request.url?.startsWith('/interaction/') === true) logIn(request, response).catch(() => response.destroy());
    else void callback(request, response);
  };
  const agentToken = async (resource: string, scope = 'mcp', headers: Readonly<Record<string, string>> = {}) => {
    const body = new URLSearchParams({ ...AGENT, grant_type: 'client_credentials', resource, scope });
    const answer = await fetch(`${url}/token`, { method: 'POST', headers, body });
    const { access_token: token } = (await answer.json()) as { access_token?: string };
    if (token === undefined) throw new Error(`no token: status ${answer.status}`);
    return token;
  };
  return {
    ...{ url, port },
    resources,
    agentToken: async (resource, scope) => agentToken(resource, scope),
    async boundToken(resource, client) {
      const dpop = await client.proof({ url: `${url}/token`, token: '' }, { ath: undefined });
      return agentToken(resource, 'mcp', { dpop });
    },
    async close() {
      for (const one of [server, other]) {
        one.closeAllConnections();
        await new Promise<void>((resolve) => one.close(() => resolve()));
      }
    },
  };
}

function keyClient({ id, publicKey }: NonNullable<OidcOptions['keyAgent']>) {
  const keys = [{ ...publicKey, kid: 'agent', use: 'sig', alg: 'ES256' }];
  const method = {
    token_endpoint_auth_method: 'private_key_jwt' as const,
    token_endpoint_auth_signing_alg: 'ES256' as const,
  };
  return { client_id: id, jwks: { keys }, ...method, ...OF_AGENTS };
}
