/** A client that has a key, and makes proofs of it (RFC 9449) with whatever in them. */
import { createHash, randomUUID } from 'node:crypto';
import { type CryptoKey, type JWK, calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface Asked {
  readonly method?: string;
  readonly url: string;
  readonly token: string;
  readonly nonce?: string | undefined;
}

export class DpopClient {
  readonly #privateKey: CryptoKey;
  readonly alg: string;
  readonly jwk: JWK;
  /** What `cnf.jkt` of its tokens says. */
  readonly thumbprint: string;

  private constructor(alg: string, privateKey: CryptoKey, jwk: JWK, thumbprint: string) {
    this.#privateKey = privateKey;
    this.alg = alg;
    this.jwk = jwk;
    this.thumbprint = thumbprint;
  }

  static async start(alg = 'ES256', options: { modulusLength?: number } = {}): Promise<DpopClient> {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, ...options });
    const jwk = await exportJWK(publicKey);
    return new DpopClient(alg, privateKey, jwk, await calculateJwkThumbprint(jwk));
  }

  async privateJwk(): Promise<JWK> {
    return exportJWK(this.#privateKey);
  }

  /** Undefined takes something out. */
  async proof(
    { method = 'POST', url, token, nonce }: Asked,
    claims: Readonly<Record<string, unknown>> = {},
    header: Readonly<Record<string, unknown>> = {},
  ): Promise<string> {
    const ath = createHash('sha256').update(token).digest('base64url');
    const iat = Math.floor(Date.now() / 1000);
    return new SignJWT({ jti: randomUUID(), htm: method, htu: url, iat, ath, nonce, ...claims })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: this.alg, jwk: this.jwk, ...header })
      .sign(this.#privateKey, { crit: { 'https://example.com/made-up': true } });
  }
}
