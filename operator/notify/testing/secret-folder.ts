/** Secrets of channels as the kubelet mounts them, in a folder of a test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

interface Secrets {
  readonly [channel: string]: { readonly [key: string]: string };
}

/** Gone when the test is over. */
export function secretFolder(channels: Secrets): string {
  const folder = channelFolder(channels);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function channelFolder(channels: Secrets): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-channels-'));
  writeSecrets(folder, channels);
  return folder;
}

export function writeSecrets(folder: string, channels: Secrets): void {
  for (const [channel, keys] of Object.entries(channels)) {
    mkdirSync(join(folder, channel), { recursive: true });
    for (const [key, value] of Object.entries(keys)) writeFileSync(join(folder, channel, key), value);
  }
}
