/** A control group with a limit of memory, as a container has one; version 1 or 2, whichever the machine has. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const ROOT = '/sys/fs/cgroup';
const VERSION_1 = join(ROOT, 'memory');

export interface MemoryGroup {
  /** Whoever writes its process id there belongs to the group. */
  readonly procs: string;
  /** Processes that were killed because the group had used up its memory. */
  kills(): number;
  /** Removes it, once nothing runs in it. */
  close(): Promise<void>;
}

/** Undefined: this machine does not let us make one. */
export function makeMemoryGroup(name: string, limitBytes: number): MemoryGroup | undefined {
  const isVersion1 = existsSync(join(VERSION_1, 'cgroup.procs'));
  const folder = join(isVersion1 ? VERSION_1 : ROOT, name);
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, isVersion1 ? 'memory.limit_in_bytes' : 'memory.max'), String(limitBytes));
  } catch {
    if (existsSync(folder)) rmdirSync(folder);
    return undefined;
  }
  const events = join(folder, isVersion1 ? 'memory.oom_control' : 'memory.events');
  return {
    procs: join(folder, 'cgroup.procs'),
    kills: () => Number(/^oom_kill (\d+)/m.exec(readFileSync(events, 'utf8'))?.[1] ?? 0),
    async close() {
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
