/** The processes of a measurement, each apart from the others, and none left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

const STOP_MS = 5_000;
const living = new Set<ChildProcess>();

export interface ChildOptions {
  readonly script: string;
  readonly args?: readonly (string | number)[];
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Opens a channel for messages; without it the child runs exactly as it would alone. */
  readonly channel?: boolean;
  /** It ends by itself. */
  readonly expectExit?: boolean;
}

export function startChild({
  script,
  args = [],
  flags = [],
  env,
  channel = true,
  expectExit = false,
}: ChildOptions): ChildProcess {
  const child = spawn(process.execPath, [...flags, script, ...args.map(String)], {
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'pipe', ...(channel ? (['ipc'] as const) : [])],
  });
  if (expectExit) return child;
  living.add(child);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-4_000);
  });
  child.once('exit', (code) => {
    // One that ends before it is told to has failed, and so has the measurement.
    if (!living.delete(child)) return;
    console.error(`${script} ended with ${code}\n${stderr}`);
    process.exit(1);
  });
  return child;
}

/** Nothing of the caller's environment may tune one process and not another. */
function inherited(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_COMPILE_CACHE: __, ...env } = process.env;
  return env;
}

export async function stopChild(child: ChildProcess): Promise<void> {
  if (!living.delete(child)) return;
  const exited = once(child, 'exit');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(timer);
}

export async function stopAll(): Promise<void> {
  await Promise.all([...living].map(stopChild));
}

/** The next message of a child; sends `request` first where there is one. */
export async function ask<Answer>(child: ChildProcess, request?: object | string): Promise<Answer> {
  const answered = once(child, 'message');
  if (request !== undefined) child.send(request);
  const [answer] = (await answered) as [Answer];
  return answer;
}

/** Ports that were free a moment ago, none twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
