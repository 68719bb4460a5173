/** `<file>.lock` with the owner's process id: one writer for one file. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

// A restarted container has the process id of the one before it (mostly 1), so "my own id" alone does not mean "mine".
const held = new Set<string>();

export interface Lock {
  /** False when the file is gone, or names another process: somebody has cleared the folder. */
  isHeld(): boolean;
  release(): void;
}

/** Whether a living process, this one or another, has the lock. */
export function isLocked(path: string): boolean {
  return isOwned(path, path);
}

/** The lock, or undefined when a living process holds it. */
export function acquireLock(path: string): Lock | undefined {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (create(path)) {
      held.add(path);
      return { isHeld: () => held.has(path) && namesUs(path), release: () => release(path) };
    }
    if (!removeStale(path)) return undefined;
  }
  return undefined;
}

function release(path: string): void {
  // Another one's by now, where somebody has cleared the folder meanwhile.
  if (held.delete(path) && namesUs(path)) rmSync(path, { force: true });
}

function namesUs(path: string): boolean {
  return ownerOf(path) === process.pid;
}

/** Made under another name and linked, so that nobody ever reads a lock without an owner. */
function create(path: string): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${process.pid}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return false;
    if (!WITHOUT_LINKS.has(code ?? '')) throw error;
    return createInPlace(path);
  } finally {
    rmSync(draft, { force: true });
  }
}

// File systems such as SMB shares have no hard links.
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

function createInPlace(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid}\n`, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** True when the lock is gone and the next attempt may succeed. */
function removeStale(path: string): boolean {
  if (isOwned(path, path)) return false;
  // Moved rather than removed: of two processes that see the same stale lock, only one gets it.
  const moved = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, moved);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return true;
    throw error;
  }
  try {
    if (!isOwned(moved, path)) return true;
    // Somebody was faster and this is their new lock: give it back.
    linkSync(moved, path);
    return false;
  } finally {
    rmSync(moved, { force: true });
  }
}

function isOwned(file: string, path: string): boolean {
  const pid = ownerOf(file);
  if (pid === undefined) return false;
  if (pid === process.pid) return held.has(path);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return errorCode(error) === 'EPERM';
  }
}

function ownerOf(file: string): number | undefined {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
