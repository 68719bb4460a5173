/** The command line as people run it: a process, with a home of its own. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { eventually, within } from './eventually.ts';

export const CLI = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

/** Directories of one test: policy, state, sockets, data. */
export class Workspace {
  readonly root = mkdtempSync(join(tmpdir(), 'sp-'));
  readonly env: Readonly<Record<string, string>>;

  constructor() {
    this.env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.root,
      SALLYPORT_STATE_DIR: join(this.root, 'state'),
      SALLYPORT_RUNTIME_DIR: join(this.root, 'run'),
    };
  }

  path(...names: string[]): string {
    return join(this.root, ...names);
  }

  write(name: string, text: string): string {
    const file = this.path(name);
    writeFileSync(file, text);
    return file;
  }

  close(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export interface CliProcess {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly out: string[];
  readonly err: string[];
  /** The first line of either output that matches. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  exit(limitMs?: number): Promise<number | null>;
  close(): Promise<void>;
}

export function runCli(workspace: Workspace, ...args: string[]): CliProcess {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: workspace.root,
    env: workspace.env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  const closed = once(child, 'close');
  const [out, err] = [collectLines(child.stdout), collectLines(child.stderr)];
  return {
    process: child,
    out,
    err,
    said: async (pattern) =>
      eventually(`${pattern} in:\n${[...out, ...err].join('\n')}`, () =>
        [...out, ...err].map((line) => pattern.exec(line)).find((match) => match !== null),
      ),
    async exit(limitMs = 15_000) {
      await within(limitMs, `the end of sallyport ${args.join(' ')}`, closed);
      return child.exitCode;
    },
    async close() {
      // SIGTERM first: killed outright it could not stop the servers it has started.
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await within(10_000, 'the end of the process', closed).catch(() => child.kill('SIGKILL'));
    },
  };
}

function collectLines(stream: Readable): string[] {
  const lines: string[] = [];
  createInterface({ input: stream }).on('line', (line) => lines.push(line));
  return lines;
}

/** Processes started by a process. */
export function childrenOf(pid: number | undefined): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
}

export function isAlive(pid: number): boolean {
  // A zombie has ended; only its parent has not looked yet.
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
