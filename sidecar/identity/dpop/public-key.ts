/**
 * The public key that a proof brings along (RFC 9449 §4.2 `jwk`), and what a token knows it by (RFC 7638, RFC 8037 §2). Whoever sends it has
 * chosen it: a key whose use would cost much is none.
 */
import { type KeyObject, constants, createPublicKey, hash, verify } from 'node:crypto';
import type { Members } from '../jws.ts';

/** By which algorithm, of which kind of key (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2). */
interface Way {
  readonly kty: string;
  readonly crv?: string;
  readonly digest?: string;
  readonly isPss?: boolean;
}

const WAYS = {
  ES256: { kty: 'EC', crv: 'P-256', digest: 'sha256' },
  ES384: { kty: 'EC', crv: 'P-384', digest: 'sha384' },
  ES512: { kty: 'EC', crv: 'P-521', digest: 'sha512' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  PS256: { kty: 'RSA', digest: 'sha256', isPss: true },
  PS384: { kty: 'RSA', digest: 'sha384', isPss: true },
  PS512: { kty: 'RSA', digest: 'sha512', isPss: true },
  RS256: { kty: 'RSA', digest: 'sha256' },
  RS384: { kty: 'RSA', digest: 'sha384' },
  RS512: { kty: 'RSA', digest: 'sha512' },
} as const satisfies Record<string, Way>;

/** All are asymmetric (RFC 9449 §4.3, 5.): the key is in the proof, for everybody to read. */
export const PROOF_ALGORITHMS = Object.keys(WAYS);

/** Members of keys that are not public (RFC 7518 §6.2.2, §6.3.2, §6.4). */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

/** In the order of RFC 7638 §3.2: without them there is no key, and nothing else makes it the one that it is. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
};

/** Characters of base64url: 2048 to 4096 bits (RFC 7518 §3.3; NIST SP 800-131A). */
const RSA_MODULUS = { min: 342, max: 683 };
/** 65537 takes four; a long one makes each check as dear as its sender likes. */
const MAX_RSA_EXPONENT = 6;
const BASE64URL = /^[\w-]+$/;

export interface ProofKey {
  /** RFC 7638, SHA-256: what `cnf.jkt` of a token says (RFC 9449 §6.1). */
  readonly thumbprint: string;
  /** Whether it has signed this. Costs about a tenth of a millisecond. */
  hasSigned(text: string, signature: Buffer): boolean;
}

/** The key, or what is wrong with it: a sentence for whoever has sent it. */
export function readProofKey(alg: unknown, jwk: unknown): ProofKey | string {
  if (typeof alg !== 'string' || !Object.hasOwn(WAYS, alg)) return 'its algorithm is none that is taken';
  const way: Way = WAYS[alg as keyof typeof WAYS];
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return 'its header has no key (jwk)';
  const said = jwk as Members;
  if (PRIVATE.some((name) => Object.hasOwn(said, name))) return 'its header has a private key, which is nobody else’s';
  if (said['kty'] !== way.kty || said['crv'] !== way.crv) return 'its key is not of the kind of its algorithm';
  const names = REQUIRED[way.kty] ?? [];
  const values = names.map((name) => said[name]);
  if (!values.every((value) => typeof value === 'string')) return 'its key is not whole';
  if (way.kty === 'RSA' && !isUsualRsa(said)) return 'its key is too short or too long: RSA has 2048 to 4096 bits';
  const key = keyOf(Object.fromEntries(names.map((name, i) => [name, values[i] as string])));
  if (key === undefined) return 'its key is none';
  const thumbprint = hash('sha256', `{${names.map((name, i) => `"${name}":"${values[i]}"`).join(',')}}`, 'base64url');
  return { thumbprint, hasSigned: (text, signature) => isSigned(way, key, text, signature) };
}

/** Of base64url alone, so that one key has one thumbprint; of no other member, whatever it says. */
function keyOf(jwk: Readonly<Record<string, string>>): KeyObject | undefined {
  const { kty: _, crv: __, ...numbers } = jwk;
  if (!Object.values(numbers).every((value) => BASE64URL.test(value))) return undefined;
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function isUsualRsa({ n, e }: Members): boolean {
  const { length } = String(n);
  return length >= RSA_MODULUS.min && length <= RSA_MODULUS.max && String(e).length <= MAX_RSA_EXPONENT;
}

function isSigned({ kty, digest, isPss = false }: Way, key: KeyObject, text: string, signature: Buffer): boolean {
  const data = Buffer.from(text);
  try {
    if (kty === 'EC') return verify(digest, data, { key, dsaEncoding: 'ieee-p1363' }, signature);
    if (!isPss) return verify(digest ?? null, data, key, signature);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return verify(digest, data, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, signature);
  } catch {
    return false;
  }
}
