/** A program in a process group of its own, with all that it starts itself (`npx`, `uvx` and `sh -c` do): what ends, ends whole. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { GroupWatcher } from './group-watcher.ts';

export interface StdioCommand {
  readonly command: readonly [string, ...string[]];
  readonly env: { readonly [name: string]: string };
  readonly cwd: string | undefined;
}

/** How long what its first process left behind has to go after SIGTERM. */
const REST_MS = 1_000;
const LOOK_EVERY_MS = 20;

const hasGroups = process.platform !== 'win32';
const watcher = new GroupWatcher();
/** What still runs when this process ends at once, on a second Ctrl-C, is taken along. */
const running = new Set<ProcessGroup>();

/** Starts the watcher of groups, for which the first client would have to wait otherwise. */
export function prepareGroups(): void {
  watcher.prepare();
}

export class ProcessGroup {
  /** What the command says; without pipes when the system had none left. */
  readonly first: ChildProcess;

  constructor({ command, env, cwd }: StdioCommand) {
    prepareGroups();
    const [file, ...args] = command;
    this.first = spawn(file, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      cwd,
      // Ctrl-C reaches it through us, after its calls.
      detached: hasGroups,
    });
    if (this.first.pid === undefined) return;
    if (hasGroups) watcher.add(this.first.pid);
    if (running.size === 0) process.once('exit', killRunning);
    running.add(this);
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#signal(signal)) this.first.kill(signal);
  }

  /** Call it when the first process is gone. Ends the rest, and resolves when none of it is left. */
  async endRest(): Promise<void> {
    if (this.#signal('SIGTERM')) {
      const deadline = performance.now() + REST_MS;
      while (this.#signal(0) && performance.now() < deadline) await sleep(LOOK_EVERY_MS);
      this.#signal('SIGKILL');
    }
    running.delete(this);
    if (running.size === 0) process.off('exit', killRunning);
    if (this.first.pid !== undefined) watcher.delete(this.first.pid);
  }

  /** False when there is nobody to get it. */
  #signal(signal: NodeJS.Signals | 0): boolean {
    const { pid } = this.first;
    if (pid === undefined || !hasGroups) return false;
    try {
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  }
}

function killRunning(): void {
  for (const group of running) group.kill('SIGKILL');
}
