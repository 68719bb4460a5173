/** A PostgreSQL of the test's own, on loopback, in a folder that goes with it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Client } from 'pg';
import { eventually, within } from './eventually.ts';
import { freePort } from './ports.ts';

/** PostgreSQL refuses to run as root; `nobody` is on every Debian. */
const NOBODY = 65_534;

/** Where Debian has it, which is not in PATH. */
function programs(): string | undefined {
  const folders = [
    ...globSync('/usr/lib/postgresql/*/bin').toSorted((a, b) => versionIn(b) - versionIn(a)),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

function versionIn(path: string): number {
  return Number(/postgresql\/(\d+)/.exec(path)?.[1] ?? 0);
}

/** Why there can be none here; undefined: there can. On CI that is an error. */
export function lacksPostgres(): string | undefined {
  if (programs() !== undefined) return undefined;
  const why = 'PostgreSQL is not installed (apt-get install postgresql)';
  if (process.env['CI'] === 'true') throw new Error(why);
  return why;
}

export class Postgres {
  readonly #folder: string;
  readonly #bin: string;
  readonly port: number;
  #server: ChildProcess | undefined;
  #databases = 0;

  private constructor(folder: string, bin: string, port: number) {
    this.#folder = folder;
    this.#bin = bin;
    this.port = port;
  }

  static async start(): Promise<Postgres> {
    const bin = programs();
    if (bin === undefined) throw new Error('PostgreSQL is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-postgres-'));
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(folder, NOBODY, NOBODY);
    const postgres = new Postgres(folder, bin, await freePort());
    const options = [
      '-D',
      join(folder, 'data'),
      '-U',
      'sallyport',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-locale',
      '--no-sync',
    ];
    execFileSync(join(bin, 'initdb'), options, { stdio: 'ignore', cwd: folder, ...as(isRoot) });
    await postgres.begin();
    return postgres;
  }

  /** A new database. */
  async database(): Promise<string> {
    const name = `test_${(this.#databases += 1)}`;
    const client = new Client({ connectionString: this.#url('postgres') });
    await client.connect();
    await client.query(`CREATE DATABASE ${name}`);
    await client.end();
    return this.#url(name);
  }

  async begin(): Promise<void> {
    const data = join(this.#folder, 'data');
    const settings = [
      `-cport=${this.port}`,
      '-clisten_addresses=127.0.0.1',
      `-cunix_socket_directories=${this.#folder}`,
    ];
    this.#server = spawn(join(this.#bin, 'postgres'), ['-D', data, ...settings], {
      stdio: 'ignore',
      cwd: this.#folder,
      ...as(process.getuid?.() === 0),
    });
    await eventually('PostgreSQL answers', () => this.#answers(), 30_000);
  }

  /** SIGINT: every connection is broken at once, and what is committed is there ("fast shutdown"); SIGQUIT: as if the power were cut. */
  async end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await within(30_000, 'PostgreSQL ends', exited);
  }

  async close(): Promise<void> {
    await this.end('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.#url('postgres'), connectionTimeoutMillis: 1000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return true;
    } catch {
      return false;
    }
  }

  #url(database: string): string {
    return `postgres://sallyport@127.0.0.1:${this.port}/${database}`;
  }
}

function as(isRoot: boolean): { uid?: number; gid?: number } {
  return isRoot ? { uid: NOBODY, gid: NOBODY } : {};
}
