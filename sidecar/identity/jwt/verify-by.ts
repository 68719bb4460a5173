/**
 * Verifies a signature, and the claims behind it, by the key that fits. Where a token names no key (`kid`), or a key set has several of one
 * id, every key of its kind may be the one: RFC 7515 §6 leaves that to whoever verifies.
 */
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';

/** Each costs one verification of a signature, for a token that somebody may have made up. */
export const MAX_KEYS_TRIED = 8;

/**
 * The claims of the token. Rejects with an error of jose: of the key that has signed it, whatever is wrong with the claims; with
 * JWKSMultipleMatchingKeys where it is of none of the first MAX_KEYS_TRIED keys, and more of them fit.
 */
export async function verifyBy(token: string, find: JWTVerifyGetKey, options: JWTVerifyOptions): Promise<JWTPayload> {
  const { errors, jwtVerify } = await import('jose');
  try {
    return (await jwtVerify(token, find, options)).payload;
  } catch (several) {
    if (!(several instanceof errors.JWKSMultipleMatchingKeys)) throw several;
    let failure: unknown = several;
    let tried = 0;
    for await (const key of several) {
      if (tried++ === MAX_KEYS_TRIED) throw several;
      try {
        return (await jwtVerify(token, key, options)).payload;
      } catch (error) {
        // jose looks at claims once the signature holds, so any other error is about the key that has signed.
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
        failure = error;
      }
    }
    throw failure;
  }
}
