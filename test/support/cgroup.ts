/** A control group with a limit of memory, as a container has one; version 1 or 2, whichever the machine has. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const ROOT = '/sys/fs/cgroup';
const VERSION_1 = join(ROOT, 'memory');

export interface MemoryGroup {
  /** A command that runs another one in the group. */
  inside(command: readonly [string, ...string[]]): [string, ...string[]];
  /** Processes that were killed because the group had used up its memory. */
  kills(): number;
  /** Removes it, once nothing runs in it. */
  close(): Promise<void>;
}

/**
 * Why no group can be made; undefined when one can. It takes root, and a hierarchy that is not mounted for reading alone, as it is in most
 * containers: then there is nothing that a test could install, so it is no error on CI either.
 */
export function whyNoMemoryGroup(): string | undefined {
  const group = makeMemoryGroup(`sallyport-probe-${process.pid}`, 64 * 1024 * 1024);
  if (typeof group === 'string') return group;
  group.remove();
  return undefined;
}

export function memoryGroup(name: string, limitBytes: number): MemoryGroup {
  const group = makeMemoryGroup(name, limitBytes);
  if (typeof group === 'string') throw new Error(group);
  return group;
}

function makeMemoryGroup(name: string, limitBytes: number): (MemoryGroup & { remove(): void }) | string {
  const isVersion1 = existsSync(join(VERSION_1, 'cgroup.procs'));
  const folder = join(isVersion1 ? VERSION_1 : ROOT, name);
  try {
    mkdirSync(folder);
    // Fails where the controller of memory is not there to be used.
    writeFileSync(join(folder, isVersion1 ? 'memory.limit_in_bytes' : 'memory.max'), String(limitBytes));
  } catch (error) {
    if (existsSync(folder)) rmdirSync(folder);
    return `no control group with a limit of memory can be made here: ${String(error)}`;
  }
  const events = join(folder, isVersion1 ? 'memory.oom_control' : 'memory.events');
  return {
    inside: (command) => ['/bin/sh', '-c', 'echo $$ > "$0" && exec "$@"', join(folder, 'cgroup.procs'), ...command],
    kills: () => Number(/^oom_kill (\d+)/m.exec(readFileSync(events, 'utf8'))?.[1] ?? 0),
    remove: () => rmdirSync(folder),
    async close() {
      // A process that has ended leaves its group a moment later.
      await eventually('the group is empty', () => {
        try {
          rmdirSync(folder);
          return true;
        } catch {
          return false;
        }
      });
    },
  };
}
