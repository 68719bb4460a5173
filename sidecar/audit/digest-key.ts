/** The key of the digests of arguments: without it, low-entropy arguments could be guessed from the audit file. */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDirectory } from '../files/make-directory.ts';

const KEY_BYTES = 32;

/** 32 bytes, made on first use. Throws when the file holds something else: a new key would make old digests useless. */
export function loadOrCreateKey(path: string): Buffer {
  const existing = readIfAny(path);
  if (existing !== undefined) return checked(existing, path);
  makeDirectory(dirname(path));
  // Complete, and on the disk, before it has its name: two processes that start together end up with one key, and a machine that loses
  // its power does not end up with an empty one, which would be refused from then on.
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, randomBytes(KEY_BYTES), { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!(error instanceof Error) || (error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return checked(readFileSync(path), path);
}

function readIfAny(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function checked(key: Buffer, path: string): Buffer {
  if (key.length !== KEY_BYTES)
    throw new Error(`${path} is no digest key: it has ${key.length} bytes instead of ${KEY_BYTES}`);
  return key;
}
