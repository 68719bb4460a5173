/** An issuer of tokens on loopback: its metadata, its keys, and tokens with whatever in them. */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import { JWT_ALGORITHMS } from '../../core/api/access-names.ts';
import type { BundleIssuer } from '../../core/policy/settings/jwt.ts';

export const AUDIENCE = 'https://mcp.example.com/mcp';

type Answer = (request: IncomingMessage, response: ServerResponse) => boolean;

export class TestIssuer {
  /** Paths that it was asked for. */
  readonly asked: string[] = [];
  /** True: it has answered by itself. */
  answer: Answer = () => false;
  /** How long whoever asks waits. */
  delayMs = 0;
  #server: http.Server;
  #url = '';
  #keys: { readonly kid: string; readonly privateKey: CryptoKey; readonly publicKey: CryptoKey }[] = [];

  private constructor() {
    this.#server = http.createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<TestIssuer> {
    const issuer = new TestIssuer();
    await new Promise<void>((resolve) => issuer.#server.listen(0, '127.0.0.1', resolve));
    issuer.#url = `http://127.0.0.1:${(issuer.#server.address() as AddressInfo).port}`;
    await issuer.rotate('first');
    return issuer;
  }

  get url(): string {
    return this.#url;
  }

  /** From now on it signs with another key, and publishes no other, or those before it too. */
  async rotate(kid: string, alg = 'ES256', kept: 'forgotten' | 'published' = 'forgotten'): Promise<void> {
    const key = { kid, ...(await generateKeyPair(alg, { extractable: true })) };
    this.#keys = kept === 'published' ? [key, ...this.#keys] : [key];
  }

  async jwks(): Promise<{ keys: Record<string, unknown>[] }> {
    return {
      keys: await Promise.all(this.#keys.map(async ({ kid, publicKey }) => ({ ...(await exportJWK(publicKey)), kid }))),
    };
  }

  /** Good for five minutes, unless `claims` say otherwise; undefined takes a claim out. */
  async token(
    claims: Readonly<Record<string, unknown>> = {},
    header: Partial<JWTHeaderParameters> = {},
  ): Promise<string> {
    const [key] = this.#keys;
    if (key === undefined) throw new Error('it has no key');
    const now = Math.floor(Date.now() / 1000);
    const said = { iss: this.#url, aud: AUDIENCE, sub: 'ada', iat: now, exp: now + 300, ...claims };
    return new SignJWT(said)
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'at+jwt', ...header })
      .sign(key.privateKey, { crit: { 'https://example.com/made-up': true } });
  }

  trusted(said: Partial<BundleIssuer> = {}): BundleIssuer {
    return {
      issuer: this.#url,
      audiences: [AUDIENCE],
      keys: null,
      algorithms: [...JWT_ALGORITHMS],
      clockSkewMs: 30_000,
      claims: { name: 'sub', groups: 'groups', scopes: 'scope' },
      require: {},
      ...said,
    };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(request.url ?? '');
    if (this.delayMs > 0) await sleep(this.delayMs);
    if (this.answer(request, response)) return;
    const documents: Record<string, unknown> = {
      '/.well-known/openid-configuration': { issuer: this.#url, jwks_uri: `${this.#url}/keys` },
      '/keys': await this.jwks(),
    };
    const document = documents[request.url ?? ''];
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  }
}
