/** Servers that are programs of their own: over HTTP they tell their port on standard error. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { StdioTarget, Target } from '../clients/shape.ts';

export interface Started {
  readonly target: Target;
  close(): unknown;
}

/** Nothing runs yet: whoever connects starts it. */
export function stdioProgram(command: string, ...args: string[]): Started {
  const target: StdioTarget = { command, args, env: { PATH: process.env['PATH'] ?? '' } };
  return { target, close() {} };
}

export async function httpProgram(path: string, command: string, ...args: string[]): Promise<Started> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines: string[] = [];
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (line.startsWith('PORT ')) resolve(line.slice('PORT '.length));
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}:\n${lines.join('\n')}`)));
  });
  return {
    target: `http://127.0.0.1:${port}${path}`,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
