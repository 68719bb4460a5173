/** Running a program to its end: its output, or an error that says what it said. */
import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly input?: string;
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: one minute. */
  readonly timeoutMs?: number;
}

/** How much of an output goes into an error message. */
const TAIL = 4000;

/** Its standard output. Anything but exit code 0 is an error with the end of what it wrote. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { input, cwd, env, timeoutMs = 60_000 } = options;
  const child = spawn(command, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const all: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk);
    all.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => all.push(chunk));
  // A program that does not read its input closes it early, which is no failure.
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  try {
    const code = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit, signal) => resolve(exit ?? signal));
    });
    if (code === 0) return Buffer.concat(out).toString();
    const end = late ? `was stopped after ${timeoutMs / 1000} s` : `ended with ${code}`;
    throw new CommandError(`${command} ${args.join(' ')} ${end}:\n${Buffer.concat(all).toString().slice(-TAIL)}`);
  } finally {
    clearTimeout(limit);
  }
}

export class CommandError extends Error {
  override readonly name = 'CommandError';
}
