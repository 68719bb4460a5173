/**
 * Keys of signed notes, in the text forms of C2SP signed-note and golang.org/x/mod/sumdb/note. Ed25519 only, of two kinds that never stand
 * for each other: those of logs, and those of witnesses (C2SP tlog-cosignature), which sign with the time.
 */
import { createPrivateKey, createPublicKey, hash, type KeyObject, randomBytes } from 'node:crypto';

const ED25519 = 0x01;
const ED25519_COSIGNATURE = 0x04;
type Algorithm = typeof ED25519 | typeof ED25519_COSIGNATURE;
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

/** Of a witness: it verifies cosignatures (cosignature/v1), and no signature of a log. */
export interface WitnessKey extends VerifierKey {
  readonly cosigns: true;
}

/** What a witness cosigns with. */
export interface CosigningKey {
  readonly verifier: WitnessKey;
  readonly privateKey: KeyObject;
}

/** Neither blanks nor `+`: they divide (C2SP signed-note, Format). */
const NAME = /^[^\s+\p{Cc}]{1,512}$/u;
const VERIFIER = /^(?<name>[^\s+\p{Cc}]{1,512})\+(?<id>[0-9a-f]{8})\+(?<key>[A-Za-z0-9+/]{44})$/u;
const SIGNER = /^PRIVATE\+KEY\+(?<name>[^\s+\p{Cc}]{1,512})\+(?<id>[0-9a-f]{8})\+(?<key>[A-Za-z0-9+/]{44})$/u;

/** Undefined for what is no key of this kind, or whose id is not its own. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  return parseKey(text, ED25519);
}

/** As parseVerifierKey, of a witness: the key bytes begin with 0x04 (C2SP tlog-cosignature, Format). */
export function parseWitnessKey(text: string): WitnessKey | undefined {
  const verifier = parseKey(text, ED25519_COSIGNATURE);
  return verifier === undefined ? undefined : { ...verifier, cosigns: true };
}

function parseKey(text: string, algorithm: Algorithm): VerifierKey | undefined {
  const { name, id, key } = VERIFIER.exec(text.trim())?.groups ?? {};
  const bytes = keyBytes(key, algorithm);
  if (name === undefined || bytes === undefined) return undefined;
  const verifier = verifierOf(name, bytes, algorithm);
  return verifier?.id === id ? verifier : undefined;
}

/** The text of a key file. Undefined as for parseVerifierKey. */
export function parseSigningKey(text: string): SigningKey | undefined {
  const { name, id, key } = SIGNER.exec(text.trim())?.groups ?? {};
  const seed = keyBytes(key, ED25519);
  if (name === undefined || seed === undefined) return undefined;
  const signing = signingKey(name, seed);
  return signing.verifier.id === id ? signing : undefined;
}

/** From the 32 bytes that RFC 8032 §5.1.5 calls the private key. Throws where the name cannot be one. */
export function signingKey(name: string, seed: Uint8Array): SigningKey {
  return keyPair(name, seed, ED25519);
}

/** As signingKey, of a witness. Its seed must be of no other key: what it signs does not name it (C2SP tlog-cosignature). */
export function cosigningKey(name: string, seed: Uint8Array): CosigningKey {
  const { verifier, privateKey } = keyPair(name, seed, ED25519_COSIGNATURE);
  return { verifier: { ...verifier, cosigns: true }, privateKey };
}

function keyPair(name: string, seed: Uint8Array, algorithm: Algorithm): SigningKey {
  if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} cannot be the name of a key: it has blanks or a +`);
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const verifier = verifierOf(name, Buffer.from(x, 'base64url'), algorithm);
  if (verifier === undefined) throw new Error('the key has no public key');
  return { verifier, privateKey };
}

/** The text of a new key's file: a secret. */
export function newSigningKey(name: string): string {
  return signingKeyText(signingKey(name, randomBytes(KEY_BYTES)));
}

/** What parseSigningKey reads, with a newline at its end: a secret. */
export function signingKeyText({ verifier, privateKey }: SigningKey): string {
  const { d = '' } = privateKey.export({ format: 'jwk' });
  return `PRIVATE+KEY+${verifier.name}+${verifier.id}+${encoded(Buffer.from(d, 'base64url'), ED25519)}\n`;
}

function verifierOf(name: string, key: Buffer, algorithm: Algorithm): VerifierKey | undefined {
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(algorithm), key]), 'hex').slice(0, 8);
  try {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') };
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    return { name, id, publicKey, text: `${name}+${id}+${encoded(key, algorithm)}` };
  } catch {
    return undefined;
  }
}

function encoded(key: Uint8Array, algorithm: Algorithm): string {
  return Buffer.concat([Buffer.of(algorithm), key]).toString('base64');
}

function keyBytes(base64: string | undefined, algorithm: Algorithm): Buffer | undefined {
  const bytes = Buffer.from(base64 ?? '', 'base64');
  return bytes.length === 1 + KEY_BYTES && bytes[0] === algorithm ? bytes.subarray(1) : undefined;
}
