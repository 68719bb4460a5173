/**
 * What a channel has in its Secret, as the kubelet mounts it: a folder for each channel, a file for each key. Read anew for every
 * message, so that a rotated one is used without a restart, and one that is missing keeps nobody else from being told.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NotTakenError } from './channel.ts';

/** Nothing that belongs here is longer; a bundle of certificates is the longest. */
const MAX_BYTES = 256 * 1024;

export interface SecretFiles {
  /** Undefined where the Secret has no such key. */
  find(key: string): Promise<string | undefined>;
  /** Rejects with a NotTakenError that names the key. */
  get(key: string): Promise<string>;
}

export function secretFiles(folder: string, channel: string): SecretFiles {
  async function find(key: string): Promise<string | undefined> {
    try {
      const text = await readFile(join(folder, channel, key), 'utf8');
      if (text.length > MAX_BYTES)
        throw new NotTakenError(`the key ${key} of its Secret is longer than ${MAX_BYTES} bytes`, { again: 'Later' });
      const trimmed = text.trim();
      return trimmed === '' ? undefined : trimmed;
    } catch (error) {
      if (error instanceof NotTakenError) throw error;
      const { code = 'unknown error' } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new NotTakenError(`the key ${key} of its Secret cannot be read (${code})`, { again: 'Later' });
    }
  }
  return {
    find,
    async get(key) {
      const text = await find(key);
      if (text !== undefined) return text;
      throw new NotTakenError(`its Secret has no key ${key}; add it`, { again: 'Later' });
    },
  };
}
