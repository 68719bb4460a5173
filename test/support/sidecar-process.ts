/** The sidecar as a pod runs it: a process of its own, configured by its environment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readAudit } from './audit-file.ts';
import { within } from './eventually.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'sidecar', 'main.ts');

export interface SidecarProcess {
  readonly process: ChildProcess;
  readonly port: number;
  readonly adminPort: number;
  readonly url: string;
  readonly auditFile: string;
  /** What it logs, a line an entry. */
  readonly log: string[];
  readiness(): Promise<{ status: number; body: Record<string, unknown> }>;
  metrics(): Promise<string>;
  /** What the pod's preStop hook runs; resolves with its exit code. */
  drain(delay: string): Promise<number | null>;
  /** The exit code after SIGTERM. */
  terminate(): Promise<number | null>;
  close(): Promise<void>;
}

/** `command`: how it is run; default: from source. */
export async function startSidecar(
  env: Readonly<Record<string, string>>,
  command: readonly [string, ...string[]] = [process.execPath, MAIN],
): Promise<SidecarProcess> {
  const state = mkdtempSync(join(tmpdir(), 'sallyport-state-'));
  const environment = {
    PATH: process.env['PATH'],
    SALLYPORT_SERVER: 'finance/ledger',
    SALLYPORT_HOST: '127.0.0.1',
    SALLYPORT_PORT: '0',
    SALLYPORT_ADMIN_HOST: '127.0.0.1',
    SALLYPORT_ADMIN_PORT: '0',
    SALLYPORT_STATE_DIR: state,
    ...env,
  };
  const child = spawn(command[0], command.slice(1), { stdio: ['ignore', 'ignore', 'pipe'], env: environment });
  const exited = once(child, 'exit');
  const log: string[] = [];
  const { port, adminPort } = await new Promise<{ port: number; adminPort: number }>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      log.push(line);
      if (line.includes('"listening"')) resolve(JSON.parse(line) as { port: number; adminPort: number });
    });
    exited.then(([code]) => reject(new Error(`the sidecar exited with ${code}: ${log.join('\n')}`)), reject);
  });
  const admin = `http://127.0.0.1:${adminPort}`;
  return {
    process: child,
    port,
    adminPort,
    url: `http://${environment.SALLYPORT_HOST}:${port}/mcp`,
    auditFile: join(state, 'audit.jsonl'),
    log,
    async readiness() {
      const response = await fetch(`${admin}/readyz`);
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async metrics() {
      return (await fetch(`${admin}/metrics`)).text();
    },
    async drain(delay) {
      const hook = spawn(process.execPath, [MAIN, 'drain'], {
        env: { ...environment, SALLYPORT_ADMIN_PORT: String(adminPort), SALLYPORT_DRAIN_DELAY: delay },
      });
      await once(hook, 'exit');
      return hook.exitCode;
    },
    async terminate() {
      child.kill('SIGTERM');
      await within(15_000, 'the sidecar ends', exited);
      return child.exitCode;
    },
    async close() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exited;
      if (existsSync(join(state, 'audit.jsonl'))) readAudit(join(state, 'audit.jsonl'));
      rmSync(state, { recursive: true });
    },
  };
}
