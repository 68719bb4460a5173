/** The key that a gate signs its audit log with, where nobody gives it one. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newSigningKey, parseSigningKey, type SigningKey } from '../../core/audit/note/note-keys.ts';
import { readOrMake } from './key-file.ts';

/**
 * Made on first use, with the part that may be given to anybody beside it, in `audit.pub`. Throws when the file holds something else: a
 * new key would be one that nobody has been told of.
 */
export function loadOrCreateSigningKey(path: string, name: string): SigningKey {
  const text = readOrMake(path, () => newSigningKey(name)).toString('utf8');
  const key = parseSigningKey(text);
  if (key === undefined) {
    throw new Error(
      `${path} is no signing key (PRIVATE+KEY+…): put back what was in it; or move it away, and a new one is made, which those who verify have to be told of`,
    );
  }
  // Each time: somebody may have removed it, and the key says what must be in it.
  publish(join(dirname(path), 'audit.pub'), `${key.verifier.text}\n`);
  return key;
}

/** Where it is there already, nothing is written: a full disk, or one that cannot be written, is no reason not to start, nor to empty it. */
function publish(path: string, text: string): void {
  try {
    if (readFileSync(path, 'utf8') === text) return;
  } catch {
    // Whoever writes it says why it cannot be had.
  }
  writeFileSync(path, text, { mode: 0o644 });
}
