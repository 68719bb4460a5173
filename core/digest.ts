/** SHA-256 in the spellings Sallyport prints. */
import { hash } from 'node:crypto';

/** `sha256:` and 64 lower-case hex digits. */
export function sha256(data: string | Buffer): string {
  return `sha256:${hash('sha256', data, 'hex')}`;
}

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
/** Texts up to this size are hashed in place; memory of their own is made for larger ones only. */
const USUAL_BYTES = 64 * 1024;

/** What RFC 2104 puts in front of the text and in front of the first hash, each with room for what follows it. */
interface Pads {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

const pads = new WeakMap<Buffer, Pads>();

/**
 * 64 lower-case hex digits of HMAC-SHA-256 (RFC 2104), for values that a plain digest would let anyone guess.
 * Two plain hashes: `createHmac` makes a key object and a hash object for every use, which costs ten times as much.
 * The key is at most 64 bytes long and must not be changed.
 */
export function hmacSha256Hex(key: Buffer, data: Buffer): string {
  let prepared = pads.get(key);
  if (prepared === undefined) pads.set(key, (prepared = padsOf(key)));
  const { inner, outer } = prepared;
  const end = BLOCK_BYTES + data.length;
  let text = inner;
  if (end > inner.length) {
    text = Buffer.allocUnsafe(end);
    inner.copy(text, 0, 0, BLOCK_BYTES);
  }
  data.copy(text, BLOCK_BYTES);
  outer.write(hash('sha256', text.subarray(0, end), 'hex'), BLOCK_BYTES, 'hex');
  return hash('sha256', outer, 'hex');
}

function padsOf(key: Buffer): Pads {
  if (key.length > BLOCK_BYTES) throw new RangeError('a longer key would have to be hashed first');
  const inner = Buffer.alloc(BLOCK_BYTES + USUAL_BYTES, 0x36);
  const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES, 0x5c);
  for (const [i, byte] of key.entries()) {
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  return { inner, outer };
}
