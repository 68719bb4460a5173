/** The key that a gate signs its audit log with, as a file, and what of it may be given to anybody, in another beside it. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  newSigningKey,
  parseSigningKey,
  parseVerifierKey,
  type SigningKey,
  signingKeyText,
} from '../../core/audit/note/note-keys.ts';
import { makeDirectory } from '../files/make-directory.ts';
import { readIfAny, readOrMake } from './key-file.ts';

/** Keys that files in the same directory may be signed with. */
const MAX_PUBLISHED = 100;

/**
 * Made on first use, with the part that may be given to anybody beside it, in `audit.pub`. Throws when the file holds something else: a
 * new key would be one that nobody has been told of.
 */
export function loadOrCreateSigningKey(path: string, name: string): SigningKey {
  return published(
    path,
    readOrMake(path, () => newSigningKey(name)),
  );
}

/** Undefined where there is none; throws as loadOrCreateSigningKey does. */
export function readSigningKey(path: string): SigningKey | undefined {
  const bytes = readIfAny(path);
  return bytes === undefined ? undefined : published(path, bytes);
}

/** Another key takes the place of the one before, as a whole or not at all. Throws the system's error. */
export function keepSigningKey(path: string, key: SigningKey): void {
  makeDirectory(dirname(path));
  // First: whoever reads lines that are signed with it finds it there.
  publish(path, key.verifier.text);
  const draft = `${path}.new`;
  writeFileSync(draft, signingKeyText(key), { mode: 0o600, flush: true });
  renameSync(draft, path);
}

function published(path: string, bytes: Buffer): SigningKey {
  const key = parseSigningKey(bytes.toString('utf8'));
  if (key === undefined) {
    throw new Error(
      `${path} is no signing key (PRIVATE+KEY+…): put back what was in it; or move it away, and a new one is made, which those who verify have to be told of`,
    );
  }
  // Each time: somebody may have removed it, and the key says what must be in it.
  publish(path, key.verifier.text);
  return key;
}

/**
 * The keys before stay: older files are signed with them. Where it is there already, nothing is written: a full disk, or one that cannot be
 * written, is no reason not to start, nor to empty it.
 */
function publish(path: string, verifier: string): void {
  const file = join(dirname(path), 'audit.pub');
  const before = linesOf(file).filter((line) => parseVerifierKey(line) !== undefined);
  if (before.includes(verifier)) return;
  const lines = [...before, verifier].slice(-MAX_PUBLISHED);
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o644 });
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    // Whoever writes it says why it cannot be had.
    return [];
  }
}
