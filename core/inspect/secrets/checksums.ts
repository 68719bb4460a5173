/** Tokens that carry a checksum of themselves: where it holds, nobody can have made one up. */

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** `prefix_` and 36 characters, of which the last six are the CRC-32 of the others (https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/); npm does the same. */
const WITH_CRC = /^(?:gh[pousr]|npm)_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/;

/** Undefined for tokens that have none, or none that is known. */
export function checksumHolds(token: string): boolean | undefined {
  const parts = WITH_CRC.exec(token);
  if (parts === null) return undefined;
  const [, body = '', written] = parts;
  return checksumOf(body) === written;
}

/** Six digits of base 62, filled with zeros in front. */
export function checksumOf(body: string): string {
  let left = crc32(body);
  let text = '';
  for (let i = 0; i < 6; i++) {
    text = (BASE62[left % 62] as string) + text;
    left = Math.floor(left / 62);
  }
  return text;
}

/** CRC-32 of ISO 3309, of so few characters that a table would not pay. */
function crc32(ascii: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < ascii.length; i++) {
    crc ^= ascii.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
