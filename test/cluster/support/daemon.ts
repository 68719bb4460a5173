/** A server process of the harness: it logs to a file, ends with the test run, and its failure shows its last words. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface DaemonOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Where its log goes, as `NAME.log`. */
  readonly folder: string;
}

/** How long the end of a tree of processes may take. */
const GRACE_MS = 5000;
const POLL_MS = 25;
const TAIL = 3000;

export class Daemon {
  readonly name: string;
  readonly log: string;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;

  constructor({ name, command, args, folder }: DaemonOptions) {
    this.name = name;
    this.log = join(folder, `${name}.log`);
    const log = openSync(this.log, 'a');
    const [head = command, ...rest] = tie([command, ...args]);
    this.#process = spawn(head, rest, {
      stdio: ['ignore', log, log],
      // Its own process group: Ctrl-C is for the test runner, which ends the daemons in their order.
      detached: true,
    });
    closeSync(log);
    this.#exited = once(this.#process, 'exit').catch(() => {});
  }

  get pid(): number {
    if (this.#process.pid === undefined) throw new Error(`${this.name} could not be started`);
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Asks until the answer is yes; an error with the end of the log when the process ends before that, or time is up. */
  async until(what: string, limitMs: number, ask: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + limitMs;
    while (!(await ask())) {
      if (!this.isRunning) throw new Error(`${this.name} ended before ${what}:\n${this.tail()}`);
      if (performance.now() > deadline) {
        throw new Error(`not within ${limitMs / 1000} s: ${what}. The end of ${this.log}:\n${this.tail()}`);
      }
      await sleep(POLL_MS);
    }
  }

  tail(): string {
    return existsSync(this.log) ? readFileSync(this.log, 'utf8').slice(-TAIL) : '(no log)';
  }

  async kill(): Promise<void> {
    if (this.isRunning) this.#process.kill('SIGKILL');
    await this.#exited;
  }

  /**
   * The first process that it started, as the machine counts. For `unshare --fork` that is process 1 of the namespaces:
   * when it is killed, all of them are, and unshare itself ends once they are gone.
   */
  get child(): number | undefined {
    const children = readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8').trim();
    return children === '' ? undefined : Number(children.split(' ')[0]);
  }

  async killWithNamespaces(): Promise<void> {
    if (!this.isRunning) return;
    if (this.child !== undefined) process.kill(this.child, 'SIGKILL');
    await Promise.race([this.#exited, sleep(GRACE_MS, undefined, { ref: false })]);
    await this.kill();
  }
}

/** On Linux the kernel ends the child when this process is gone, however that came about (PR_SET_PDEATHSIG, prctl(2)). */
function tie(command: readonly string[]): readonly string[] {
  const setpriv = '/usr/bin/setpriv';
  return existsSync(setpriv) ? [setpriv, '--pdeathsig', 'KILL', '--', ...command] : command;
}
