/** What is built once for all clones of this machine: programs and images, in a folder outside of the clone. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { withLock } from './lock.ts';
import { withProgress } from './progress.ts';

/** `SALLYPORT_CACHE` moves it, for example to a folder that CI keeps. */
export function cacheFolder(): string {
  const given = process.env['SALLYPORT_CACHE'];
  if (given !== undefined && given !== '') return given;
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sallyport');
}

/**
 * The folder `key` of the cache, filled by `fill` if it is not there yet. `key` names everything the content depends on.
 * It is filled beside its place and moved there when complete, so that a build that was cut off leaves nothing half done.
 */
export async function cached(key: string, title: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const place = join(cacheFolder(), key);
  if (existsSync(place)) return place;
  // One build at a time: two would only slow each other down.
  return withLock(join(cacheFolder(), 'build.lock'), title, async () => {
    if (existsSync(place)) return place;
    mkdirSync(dirname(place), { recursive: true });
    const draft = mkdtempSync(`${place}.draft-`);
    try {
      await withProgress(title, () => fill(draft));
      renameSync(draft, place);
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
    return place;
  });
}
