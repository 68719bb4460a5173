/** One proof of possession (RFC 9449 §4.2): what it says, of which request and of which token, and by which key. */
import { hash } from 'node:crypto';
import { type Jws, readJws } from '../jws.ts';
import { type ProofKey, readProofKey } from './public-key.ts';

/** With a key of 4096 bits and its signature it takes some 2,500. */
const MAX_PROOF = 6_000;
const MAX_ID = 256;
const MAX_NONCE = 256;

export interface DpopProof {
  readonly key: ProofKey;
  readonly id: string;
  readonly method: string;
  readonly url: string;
  /** RFC 9449 §4.2 `ath`. */
  readonly tokenDigest: string | undefined;
  readonly nonce: string | undefined;
  /** Costs a signature check, which all others go before. */
  isSigned(): boolean;
}

/** The proof, or why it is none: a sentence for whoever has sent it. */
export function readProof(text: string): DpopProof | string {
  if (text.length > MAX_PROOF) return `it is longer than ${MAX_PROOF} characters`;
  const jws = readJws(text);
  if (jws === undefined) return 'it is no signed JSON Web Token';
  const { header, payload } = jws;
  if (header['typ'] !== 'dpop+jwt') return 'its type is not dpop+jwt';
  // RFC 7515 §4.1.11: what is critical and not understood is refused, and nothing is understood.
  if (header['crit'] !== undefined) return 'its header says that something is critical which is not known here';
  const key = readProofKey(header['alg'], header['jwk']);
  if (typeof key === 'string') return key;
  const { jti: id, htm: method, htu: url, iat, ath, nonce } = payload;
  if (typeof id !== 'string' || id === '' || id.length > MAX_ID) return 'its jti is not a text of 1 to 256 characters';
  if (typeof method !== 'string' || typeof url !== 'string') return 'it says of no request (htm and htu)';
  if (typeof iat !== 'number') return 'it does not say when it was made (iat)';
  if (ath !== undefined && typeof ath !== 'string') return 'its ath is no text';
  if (nonce !== undefined && (typeof nonce !== 'string' || nonce.length > MAX_NONCE)) return 'its nonce is none';
  return { key, id, method, url, tokenDigest: ath, nonce, isSigned: () => isSignedBy(key, jws) };
}

/** RFC 9449 §4.2 `ath` */
export function tokenDigestOf(token: string): string {
  return hash('sha256', token, 'base64url');
}

function isSignedBy(key: ProofKey, { signed, signature }: Jws): boolean {
  return key.hasSigned(signed, signature);
}
