import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { ProcessGroup } from './process-group.ts';

const groups: ProcessGroup[] = [];
afterEach(async () => {
  for (const group of groups.splice(0)) {
    group.kill('SIGKILL');
    await group.endRest();
  }
});

function start(script: string, env: Record<string, string> = {}, cwd?: string): ProcessGroup {
  const group = new ProcessGroup({ command: ['sh', '-c', script], env, cwd });
  groups.push(group);
  return group;
}

async function output(group: ProcessGroup): Promise<string> {
  const [chunk] = (await once(group.first.stdout ?? expect.fail(), 'data')) as [Buffer];
  return chunk.toString().trim();
}

/** One that has ended and was not yet waited for by whoever has to (the first process of a machine may never do) has ended. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test('a program gets our environment, what is added to it, and its folder', async () => {
  const path = process.env['PATH'] ?? '';
  expect(await output(start('echo "$PATH $X $(pwd)"', { X: 'added' }, '/'))).toBe(`${path} added /`);
});

test.runIf(process.platform === 'linux')('what a program has started goes with it', async () => {
  const group = start('sleep 1000 & echo $!; wait');
  const pid = Number(await output(group));
  group.kill('SIGTERM');
  await once(group.first, 'exit');
  await group.endRest();
  expect(isAlive(pid)).toBe(false);
});

test.runIf(process.platform === 'linux')(
  'what a program leaves behind is ended, and made to if it does not listen',
  async () => {
    const group = start(`sh -c 'trap "" TERM; echo $$; while :; do sleep 1; done' &`);
    const pid = Number(await output(group));
    if (group.first.exitCode === null) await once(group.first, 'exit');
    expect(isAlive(pid)).toBe(true);
    const began = performance.now();
    await group.endRest();
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false));
    expect(performance.now() - began).toBeLessThan(3_000);
  },
);

test('where nothing is left, nothing is waited for', async () => {
  const group = start('exit 3');
  await once(group.first, 'exit');
  const began = performance.now();
  await group.endRest();
  expect(performance.now() - began).toBeLessThan(500);
});

test('a program that is not there is an event, and its end nothing to wait for', async () => {
  const group = new ProcessGroup({ command: ['no-such-program-here'], env: {}, cwd: undefined });
  expect(await once(group.first, 'error')).toMatchObject([{ code: 'ENOENT' }]);
  group.kill('SIGKILL');
  await group.endRest();
});

test('programs that run are ended with this process, and once none does there is nothing to do at its end', async () => {
  // Others, of the test runner, come and go meanwhile.
  const before = new Set(process.listeners('exit'));
  const [one, two] = [start('sleep 1000'), start('sleep 1000')];
  const added = process.listeners('exit').filter((listener) => !before.has(listener));
  expect(added).toHaveLength(1);
  for (const group of [one, two]) {
    group.kill('SIGKILL');
    await once(group.first, 'exit');
    await group.endRest();
  }
  expect(process.listeners('exit')).not.toContain(added[0]);
});
