/**
 * What a compact JWS says (RFC 7515 §3.1), read once and strictly: no name stands twice (§4: the header; RFC 7519 §4: the claims), and nothing
 * is base64url that is written in another way than the one that is right (RFC 4648 §3.5). Whether its signature is good is for others.
 */
import { parseStrictJson } from '../../core/mcp/json.ts';

export type Members = Readonly<Record<string, unknown>>;

export interface Jws {
  readonly header: Members;
  readonly payload: Members;
  /** What is signed: the first two parts, as they came. */
  readonly signed: string;
  readonly signature: Buffer;
}

const BASE64URL = /^[\w-]+$/;

/** Undefined: it is none. An empty signature is that of `alg: none`, which nobody has to take to read it. */
export function readJws(text: string): Jws | undefined {
  const parts = text.split('.', 4);
  const [head = '', body = '', tail = ''] = parts;
  if (parts.length !== 3) return undefined;
  const [header, payload] = [readObject(head), readObject(body)];
  const signature = tail === '' ? Buffer.alloc(0) : decode(tail);
  if (header === undefined || payload === undefined || signature === undefined) return undefined;
  return { header, payload, signed: `${head}.${body}`, signature };
}

function readObject(part: string): Members | undefined {
  const bytes = decode(part);
  if (bytes === undefined) return undefined;
  const read = parseStrictJson(bytes, { caseSensitiveKeys: true });
  if (!read.ok || typeof read.value !== 'object' || read.value === null || Array.isArray(read.value)) return undefined;
  return read.value as Members;
}

/** Bits that stand for nothing must be zero: two texts for one token would be two tokens to whoever remembers them. */
function decode(part: string): Buffer | undefined {
  if (!BASE64URL.test(part)) return undefined;
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : undefined;
}
