/** Keys of signed notes, in the text forms of C2SP signed-note and golang.org/x/mod/sumdb/note; Ed25519 only. */
import { createPrivateKey, createPublicKey, hash, type KeyObject, randomBytes } from 'node:crypto';

const ED25519 = 0x01;
const KEY_BYTES = 32;
/** RFC 8410 §7: what stands before the 32 bytes of an Ed25519 key in PKCS #8. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface VerifierKey {
  readonly name: string;
  /** 8 hex digits. */
  readonly id: string;
  readonly publicKey: KeyObject;
  /** `<name>+<id>+<base64>`, to be given to others. */
  readonly text: string;
}

export interface SigningKey {
  readonly verifier: VerifierKey;
  readonly privateKey: KeyObject;
}

/** Neither blanks nor `+`: they divide (C2SP signed-note, Format). */
const NAME = /^[^\s+\p{Cc}]{1,512}$/u;
const VERIFIER = /^(?<name>[^\s+\p{Cc}]{1,512})\+(?<id>[0-9a-f]{8})\+(?<key>[A-Za-z0-9+/]{44})$/u;
const SIGNER = /^PRIVATE\+KEY\+(?<name>[^\s+\p{Cc}]{1,512})\+(?<id>[0-9a-f]{8})\+(?<key>[A-Za-z0-9+/]{44})$/u;

/** Undefined for what is no key of this kind, or whose id is not its own. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const { name, id, key } = VERIFIER.exec(text.trim())?.groups ?? {};
  const bytes = keyBytes(key);
  if (name === undefined || bytes === undefined) return undefined;
  const verifier = verifierOf(name, bytes);
  return verifier?.id === id ? verifier : undefined;
}

/** The text of a key file. Undefined as for parseVerifierKey. */
export function parseSigningKey(text: string): SigningKey | undefined {
  const { name, id, key } = SIGNER.exec(text.trim())?.groups ?? {};
  const seed = keyBytes(key);
  if (name === undefined || seed === undefined) return undefined;
  const signing = signingKey(name, seed);
  return signing.verifier.id === id ? signing : undefined;
}

/** From the 32 bytes that RFC 8032 §5.1.5 calls the private key. Throws where the name cannot be one. */
export function signingKey(name: string, seed: Uint8Array): SigningKey {
  if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} cannot be the name of a key: it has blanks or a +`);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const verifier = verifierOf(name, Buffer.from(x, 'base64url'));
  if (verifier === undefined) throw new Error('the key has no public key');
  return { verifier, privateKey };
}

/** The text of a new key's file: a secret. */
export function newSigningKey(name: string): string {
  const seed = randomBytes(KEY_BYTES);
  const { verifier } = signingKey(name, seed);
  return `PRIVATE+KEY+${name}+${verifier.id}+${encoded(seed)}\n`;
}

function verifierOf(name: string, key: Buffer): VerifierKey | undefined {
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(ED25519), key]), 'hex').slice(0, 8);
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') };
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    return { name, id, publicKey, text: `${name}+${id}+${encoded(key)}` };
  } catch {
    return undefined;
  }
}

function encoded(key: Uint8Array): string {
  return Buffer.concat([Buffer.of(ED25519), key]).toString('base64');
}

function keyBytes(base64: string | undefined): Buffer | undefined {
  const bytes = Buffer.from(base64 ?? '', 'base64');
  return bytes.length === 1 + KEY_BYTES && bytes[0] === ED25519 ? bytes.subarray(1) : undefined;
}
