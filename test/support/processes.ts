/** The processes of this machine, by what stands in their environment: it is handed on to all that a process starts. */
import { readFileSync, readdirSync } from 'node:fs';
import { isAlive } from './cli.ts';

export function processesWith(variable: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => environmentOf(pid).includes(variable) && isAlive(pid));
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
