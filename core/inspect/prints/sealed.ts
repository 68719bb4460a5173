/** Texts that are kept where others may read, sealed with AES-256-GCM (NIST SP 800-38D) by whoever may open them again. */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { hmacSha256Hex } from '../../digest.ts';

const KEY = Buffer.from('sallyport.pieces');
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export class Seal {
  readonly #key: Buffer;

  /** `secret`: 16 to 64 bytes. */
  constructor(secret: Buffer) {
    this.#key = Buffer.from(hmacSha256Hex(secret, KEY), 'hex');
  }

  /** `id`: no two texts have the same one, so that no nonce is used twice: it is a keyed digest of both. */
  close(text: string, id: string): string {
    const plain = Buffer.from(text);
    const nonce = Buffer.from(hmacSha256Hex(this.#key, Buffer.from(`${id}\n${text}`)), 'hex').subarray(0, NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
  }

  /** Undefined: it was not sealed with this key, or not left as it was. */
  open(sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString(
        'utf8',
      );
    } catch {
      return undefined;
    }
  }
}
