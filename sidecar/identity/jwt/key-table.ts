/** The public keys of one issuer as they are at one moment. */
import type { JWTVerifyGetKey } from 'jose';
import { canonicalJson } from '../../../core/canonical-json.ts';
import type { JsonObject } from './fetch-json.ts';

export class KeyTable {
  /** Finds the key of a token; undefined: there are none. */
  readonly verifying: JWTVerifyGetKey | undefined;
  readonly #signers = new Map<unknown, string>();
  /** All of them: whichever a token without a key id was signed by. */
  readonly #anySigner: string;

  /** Each as a JSON Web Key (RFC 7517). */
  constructor(keys: readonly JsonObject[]) {
    for (const key of keys) this.#signers.set(key['kid'], `${this.#signers.get(key['kid']) ?? ''}${textOf(key)}`);
    this.#anySigner = keys.map(textOf).join('');
    this.verifying = keys.length === 0 ? undefined : finderOf(keys);
  }

  /**
   * Tells the key with this id from others, whatever else its issuer says of it: another text, and what was signed by it is nobody's any
   * more. Undefined: there is no such key.
   */
  signer(kid: string | undefined): string | undefined {
    return kid === undefined ? this.#anySigner : this.#signers.get(kid);
  }

  /** Whether a token that names this key, or none, can be tried. */
  has(kid: string | undefined): boolean {
    return kid === undefined || this.#signers.has(kid);
  }
}

export const NO_KEYS = new KeyTable([]);

/** A gate that is shown no such token loads nothing for it. */
function finderOf(keys: readonly JsonObject[]): JWTVerifyGetKey {
  let finder: JWTVerifyGetKey | undefined;
  return async (header, token) => {
    const { createLocalJWKSet } = await import('jose');
    finder ??= createLocalJWKSet({ keys: [...keys] });
    return finder(header, token);
  };
}

/** What makes a public key the one that it is (RFC 7638 §3.2; RFC 8037 §2). */
function textOf({ kty, crv, n, e, x, y }: JsonObject): string {
  return canonicalJson([kty, crv, n, e, x, y].map((member) => member ?? null));
}
