/** `=?base64?…?=`: how MCP 2026-07-28 puts text into a header that a header cannot hold (Header Value Encoding). */
import { isUtf8 } from 'node:buffer';

const PREFIX = '=?base64?';
const SUFFIX = '?=';

/** The value that stands for a text: as it is where a header can hold it, and every reader takes it for just that (RFC 9110 §5.5). */
export function encodeHeaderValue(text: string): string {
  const isPlain = /^[ -~]+$/.test(text) && text.trim() === text && !text.startsWith(PREFIX);
  return isPlain ? text : `${PREFIX}${Buffer.from(text).toString('base64')}${SUFFIX}`;
}

/** The text a header value stands for, or undefined when it is a sentinel that does not decode to UTF-8. */
export function decodeHeaderValue(value: string): string | undefined {
  if (!value.startsWith(PREFIX) || !value.endsWith(SUFFIX) || value.length < PREFIX.length + SUFFIX.length)
    return value;
  const encoded = value.slice(PREFIX.length, -SUFFIX.length);
  const bytes = Buffer.from(encoded, 'base64');
  // Buffer.from skips what is not base64; two spellings of one name would be a way around a comparison elsewhere.
  if (bytes.toString('base64') !== encoded || !isUtf8(bytes)) return undefined;
  return bytes.toString('utf8');
}
