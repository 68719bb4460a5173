/** Secrets of channels as the kubelet mounts them, in a folder of a test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export function secretFolder(channels: { readonly [channel: string]: { readonly [key: string]: string } }): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-channels-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeSecrets(folder, channels);
  return folder;
}

export function writeSecrets(
  folder: string,
  channels: { readonly [channel: string]: { readonly [key: string]: string } },
): void {
  for (const [channel, keys] of Object.entries(channels)) {
    mkdirSync(join(folder, channel), { recursive: true });
    for (const [key, value] of Object.entries(keys)) writeFileSync(join(folder, channel, key), value);
  }
}
