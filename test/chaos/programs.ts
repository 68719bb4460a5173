/** The programs of the node, seen from this machine: found by the node's folder, which is in the arguments of each. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../cluster/support/command.ts';

export interface Program {
  readonly pid: number;
  readonly command: readonly string[];
}

/** @param name such as `etcd`: the last part of the program's path. Throws an Error where it does not run. */
export function programOf(folder: string, name: string): Program {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const command = commandOf(entry);
    // Whoever started it has it among their own arguments too, not as the first.
    if (command[0]?.endsWith(`/${name}`) !== true) continue;
    if (command.some((word) => word.includes(folder))) return { pid: Number(entry), command };
  }
  throw new Error(`${name} does not run in the node of ${folder}`);
}

function commandOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return []; // gone meanwhile
  }
}

/** etcd is never killed, so its namespaces are those of the node for as long as that lives. */
function enter(folder: string, command: readonly string[]): string[] {
  return [`--target=${programOf(folder, 'etcd').pid}`, '--net', '--mount', '--pid', '--', ...command];
}

/** Runs a program inside of the node to its end. Paths have to be absolute. */
export function inNode(folder: string, command: readonly string[]): Promise<string> {
  return run('nsenter', enter(folder, command));
}

/**
 * Lets a paused process of the node go on. `nsenter` stops itself when what it started is stopped (nsenter.c, `continue_as_child`): it would
 * then never collect it, and the namespaces would never end.
 */
export function goOn(pid: number): void {
  const parent = /^PPid:\s+(\d+)/m.exec(statusOf(pid))?.[1];
  signal(pid, 'SIGCONT');
  if (parent !== undefined && commandOf(parent)[0]?.endsWith('nsenter') === true) signal(Number(parent), 'SIGCONT');
}

/** Of two faults at once the other may have ended the process already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return ''; // gone meanwhile
  }
}

/** Starts a program of the node again, as it was started. It ends with the node's namespaces. */
export function startAgain(folder: string, name: string, { command }: Program): void {
  const log = openSync(join(folder, `${name}.log`), 'a');
  spawn('nsenter', enter(folder, command), { stdio: ['ignore', log, log], detached: true }).unref();
  closeSync(log);
}
