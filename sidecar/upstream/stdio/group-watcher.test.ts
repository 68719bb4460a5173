/** A process that is killed, and what becomes of the groups that it had watched. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';

const MODULE = join(import.meta.dirname, 'group-watcher.ts');
const sleepers: number[] = [];
afterEach(() => {
  for (const pid of sleepers.splice(0)) {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It is gone already.
    }
  }
});

function startGroup(): number {
  const { pid = 0 } = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
  sleepers.push(pid);
  return pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it.each(['SIGKILL', 'SIGTERM'] as const)(
  'ends what it watches after %s, not before, and nothing else',
  async (signal) => {
    const [watched, notAnyMore, never] = [startGroup(), startGroup(), startGroup()];
    const script = `
    import { GroupWatcher } from ${JSON.stringify(MODULE)};
    const watcher = new GroupWatcher();
    watcher.add(${notAnyMore});
    watcher.prepare();
    watcher.add(${watched});
    watcher.delete(${notAnyMore});
    console.log('ready');
    setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(owner.stdout, 'data');
    // Longer than it would take to end them.
    await sleep(2_500);
    expect([watched, notAnyMore, never].map(isAlive)).toEqual([true, true, true]);
    owner.kill(signal);
    await vi.waitFor(() => expect(isAlive(watched)).toBe(false), { timeout: 5_000, interval: 50 });
    expect([notAnyMore, never].map(isAlive)).toEqual([true, true]);
  },
);

it('does not keep its process from ending, and then ends itself', async () => {
  const script = `
    import { GroupWatcher } from ${JSON.stringify(MODULE)};
    new GroupWatcher().prepare();`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
  expect(await once(owner, 'exit')).toEqual([0, null]);
});
