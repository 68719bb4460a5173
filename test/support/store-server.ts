/** A store that gates share, of the test's own, on loopback, in a folder that goes with it: Valkey, and Redis, which speaks the same protocol. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { TestAuthority } from '../../core/x509/testing/test-authority.ts';
import { eventually, within } from './eventually.ts';
import { freePort } from './ports.ts';

export type Program = 'valkey-server' | 'redis-server';

/** Those that are installed here. On CI there has to be one. */
export function storePrograms(): readonly Program[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const all = ['valkey-server', 'redis-server'] as const;
  const found = all.filter((program) => folders.some((folder) => existsSync(join(folder, program))));
  if (found.length === 0 && process.env['CI'] === 'true')
    throw new Error('neither Valkey nor Redis is installed (apt-get install redis-server)');
  return found;
}

export interface StoreOptions {
  readonly password?: string;
  readonly tls?: boolean;
  /** What is written survives its end. */
  readonly durable?: boolean;
  /** Another address at which it listens beside loopback, and the name by which it is known to those who come there. */
  readonly also?: { readonly address: string; readonly name: string };
  readonly more?: readonly string[];
}

export class StoreServer {
  readonly port: number;
  /** PEM of the authority of its certificate; undefined: it speaks without TLS. */
  readonly ca: string | undefined;
  readonly #program: Program;
  readonly #folder: string;
  readonly #arguments: readonly string[];
  #server: ChildProcess | undefined;

  private constructor(program: Program, folder: string, port: number, options: StoreOptions) {
    this.#program = program;
    this.#folder = folder;
    this.port = port;
    const { also } = options;
    const authority = options.tls === true ? TestAuthority.root() : undefined;
    this.ca = authority?.ca;
    if (authority !== undefined) {
      const { cert, key } = authority.issue({
        dns: ['localhost', ...(also === undefined ? [] : [also.name])],
        usages: null,
      });
      for (const [name, text] of Object.entries({ cert, key })) writeFileSync(join(folder, `${name}.pem`), text);
    }
    const files = ['--tls-cert-file', join(folder, 'cert.pem'), '--tls-key-file', join(folder, 'key.pem')];
    const listening =
      authority === undefined
        ? ['--port', String(port)]
        : ['--port', '0', '--tls-port', String(port), ...files, '--tls-auth-clients', 'no'];
    this.#arguments = [
      ...[...listening, '--bind', '127.0.0.1', ...(also === undefined ? [] : [also.address])],
      ...['--dir', folder, '--save', '', '--loglevel', 'warning'],
      ...(options.durable === true ? ['--appendonly', 'yes', '--appendfsync', 'always'] : []),
      ...(options.password === undefined ? [] : ['--requirepass', options.password]),
      ...(options.more ?? []),
    ];
  }

  static async start(program: Program, options: StoreOptions = {}): Promise<StoreServer> {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-store-'));
    const store = new StoreServer(program, folder, await freePort(), options);
    await store.begin();
    return store;
  }

  async begin(): Promise<void> {
    this.#server = spawn(this.#program, this.#arguments, { stdio: 'ignore', cwd: this.#folder });
    await eventually('the store listens', () => listens(this.port), 15_000);
  }

  get url(): string {
    return this.ca === undefined ? `redis://127.0.0.1:${this.port}` : `rediss://localhost:${this.port}`;
  }

  /** At once, as if the power were cut. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill('SIGKILL');
    await within(10_000, 'the store ends', exited);
  }

  /** It holds its connections and answers nothing. */
  stall(): void {
    this.#server?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#server?.kill('SIGCONT');
  }

  /** What the program that comes with it answers to a command. */
  ask(words: readonly string[], password?: string): string {
    const program = this.#program.replace('server', 'cli');
    const as = password === undefined ? [] : ['--no-auth-warning', '-a', password];
    const tls = this.ca === undefined ? [] : ['--tls', '--insecure'];
    return execFileSync(program, ['-p', String(this.port), ...tls, ...as, ...words], { encoding: 'utf8' }).trim();
  }

  async close(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
