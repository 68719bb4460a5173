/** One at a time over all processes of this machine; `mkdir` is the atomic operation behind it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './processes.ts';

const ASK_AGAIN_MS = 200;
const SAY_AGAIN_MS = 10_000;
/** Between mkdir and the writing of the pid there is a moment without an owner. */
const ORPHANED_AFTER_MS = 1000;

/** Where the lock of something lies that the machine has once, whoever uses it and with whatever cache. */
export function machineLock(name: string): string {
  return join(tmpdir(), `sallyport-${name}.lock`);
}

/** Runs `work` while holding the lock; waits for whoever holds it, unless that process is gone. */
export async function withLock<T>(path: string, title: string, work: () => Promise<T>): Promise<T> {
  const release = await acquireLock(path, () => console.log(`  … another process is at it: ${title}`));
  try {
    return await work();
  } finally {
    release();
  }
}

/** Takes the lock, however long that takes, and returns what gives it back. `onWait` may throw to give up. */
export async function acquireLock(path: string, onWait: (owner: number) => void): Promise<() => void> {
  mkdirSync(dirname(path), { recursive: true });
  for (let waited = 0; ; waited += ASK_AGAIN_MS) {
    try {
      mkdirSync(path);
      writeFileSync(join(path, 'pid'), String(process.pid));
      return () => rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(path);
    if (owner !== undefined && isAlive(owner)) {
      if (waited % SAY_AGAIN_MS === 0) onWait(owner);
    } else if (owner !== undefined || waited > ORPHANED_AFTER_MS) {
      rmSync(path, { recursive: true, force: true });
    }
    await sleep(ASK_AGAIN_MS);
  }
}

function ownerOf(path: string): number | undefined {
  try {
    return Number(readFileSync(join(path, 'pid'), 'utf8'));
  } catch {
    return undefined;
  }
}
