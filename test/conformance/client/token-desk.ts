/**
 * What the suite's authorization servers lack: their access tokens say nothing, and only the suite's own server knows them. The desk
 * gives the client a JSON Web Token (RFC 9068) in the place of each, for the same resource and scopes, and keeps the other for the
 * server behind the gate.
 */
import type { FetchLike } from '@modelcontextprotocol/client';
import { type CryptoKey, decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';

interface TokenAnswer {
  readonly access_token: string;
  readonly issued_token_type?: string;
  readonly scope?: string;
  readonly [member: string]: unknown;
}

const NOBODY = 'https://nobody.example.com';

export class TokenDesk {
  /** The keys of the issuer, whoever it is just now. */
  readonly jwks: string;
  /** As the metadata of the suite's server names it. */
  issuer = NOBODY;
  /** The last one that was kept. */
  kept: string | undefined;
  readonly #key: CryptoKey;
  readonly #resource: string;

  private constructor(key: CryptoKey, jwks: string, resource: string) {
    this.#key = key;
    this.jwks = jwks;
    this.#resource = resource;
  }

  /** `resource`: of a token that was asked for without naming one. */
  static async open(resource: string): Promise<TokenDesk> {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'desk', alg: 'ES256' }] });
    return new TokenDesk(privateKey, jwks, resource);
  }

  /** Fetches from authorization servers. */
  readonly fetch: FetchLike = async (url, init) => {
    const response = await fetch(url, init);
    if (init?.method !== 'POST' || !response.ok) return response;
    const answer = (await response.json()) as Partial<TokenAnswer>;
    return Response.json(isAccess(answer) ? await this.#exchange(answer, formOf(init.body)) : answer, response);
  };

  async #exchange(answer: TokenAnswer, asked: URLSearchParams): Promise<TokenAnswer> {
    const { access_token: kept, scope } = answer;
    this.kept = kept;
    // What a token is bound to (RFC 9449 §6.1) is what makes it more than a bearer token.
    const bound = kept.startsWith('ey') ? { cnf: decodeJwt(kept)['cnf'] } : {};
    const token = await new SignJWT({ ...bound, ...(scope === undefined ? {} : { scope }) })
      .setProtectedHeader({ alg: 'ES256', kid: 'desk', typ: 'at+jwt' })
      .setIssuer(this.issuer)
      .setSubject('ada')
      .setAudience(asked.get('resource') ?? this.#resource)
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(this.#key);
    return { ...answer, access_token: token };
  }
}

/** Another kind of token is no answer to who calls (RFC 8693 §2.2.1). */
function isAccess(answer: Partial<TokenAnswer>): answer is TokenAnswer {
  return typeof answer.access_token === 'string' && answer.issued_token_type === undefined;
}

function formOf(body: unknown): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams(typeof body === 'string' ? body : '');
}
