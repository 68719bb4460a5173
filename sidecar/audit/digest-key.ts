/** The key of the digests of arguments: without it, low-entropy arguments could be guessed from the audit file. */
import { randomBytes } from 'node:crypto';
import { readOrMake } from './key-file.ts';

const KEY_BYTES = 32;

/** 32 bytes, made on first use. Throws when the file holds something else: a new key would make old digests useless. */
export function loadOrCreateKey(path: string): Buffer {
  const key = readOrMake(path, () => randomBytes(KEY_BYTES));
  if (key.length !== KEY_BYTES)
    throw new Error(`${path} is no digest key: it has ${key.length} bytes instead of ${KEY_BYTES}`);
  return key;
}
