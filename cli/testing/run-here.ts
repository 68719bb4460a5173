/** Runs a command in this process, for tests that run many: starting one from source takes half a second. */
import { vi } from 'vitest';
import type { Command } from 'commander';
import { describeFailure } from '../errors.ts';
import { createRoot } from '../program.ts';
import type { Ran } from './run-cli.ts';

export async function runHere(register: (program: Command) => void, args: readonly string[]): Promise<Ran> {
  const ran: Ran = { code: 0, stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => (chunk: string | Uint8Array) => {
    ran[name] += String(chunk);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(into('stdout')),
    vi.spyOn(process.stderr, 'write').mockImplementation(into('stderr')),
  ];
  const exitCode = process.exitCode;
  process.exitCode = undefined;
  try {
    const program = createRoot('sallyport', 'Here.');
    register(program);
    await program.parseAsync(args, { from: 'user' });
    ran.code = exitCodeSet();
  } catch (error) {
    const failure = describeFailure(error, false);
    ran.code = failure.exitCode;
    ran.stderr += failure.text;
  } finally {
    process.exitCode = exitCode;
    for (const spy of spies) spy.mockRestore();
  }
  return ran;
}

function exitCodeSet(): number {
  return Number(process.exitCode ?? 0);
}
