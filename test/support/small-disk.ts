/** A file system of some kilobytes in a mount namespace of its own: full, or read-only, without anybody else noticing. Linux only. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

/** Without root, a user namespace gives the right to mount; some machines do not let everybody have one. */
const UNSHARE = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--user', '--map-root-user'];
const ENTER = process.getuid?.() === 0 ? ['--mount'] : ['--mount', '--user', '--preserve-credentials'];

/** Why there can be none here; undefined where there can. In CI there has to be one. */
export function noSmallDisk(): string | undefined {
  const tried = spawnSync('unshare', [...UNSHARE, 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()], { encoding: 'utf8' });
  if (tried.status === 0 || process.env['CI'] === 'true') return undefined;
  return `no file system can be mounted here (${tried.error?.message ?? tried.stderr.trim()})`;
}

export class SmallDisk {
  /** As those see it who are `within` the namespace. */
  readonly path: string;
  readonly #keeper: ChildProcess;

  private constructor(path: string, keeper: ChildProcess) {
    this.path = path;
    this.#keeper = keeper;
  }

  /** `size` as mount(8) has it: `256k`. */
  static async start(size: string): Promise<SmallDisk> {
    const path = mkdtempSync(join(tmpdir(), 'sallyport-disk-'));
    // The namespace lives as long as a process in it does.
    const script = `mount -t tmpfs -o size=${size},mode=0700 tmpfs "$0" && : > "$0/mounted" && exec sleep 600`;
    const keeper = spawn('unshare', [...UNSHARE, 'sh', '-c', script, path], { stdio: 'ignore' });
    const disk = new SmallDisk(path, keeper);
    await eventually('the disk is there', () => existsSync(disk.outside('mounted')));
    rmSync(disk.outside('mounted'));
    return disk;
  }

  /** The same file as everybody sees it. */
  outside(name = ''): string {
    return join('/proc', String(this.#keeper.pid), 'root', this.path, name);
  }

  /** Runs a program where the disk is. */
  within(...command: readonly string[]): [string, ...string[]] {
    return ['nsenter', '--target', String(this.#keeper.pid), ...ENTER, '--', ...command];
  }

  /** Mounts it anew with these options. Throws where it is in use and cannot be. */
  remount(options: string): void {
    const [program, ...args] = this.within('mount', '-o', `remount,${options}`, this.path);
    const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the disk cannot be mounted anew: ${stderr}`);
  }

  async close(): Promise<void> {
    const gone = once(this.#keeper, 'exit');
    if (this.#keeper.exitCode === null) this.#keeper.kill('SIGKILL');
    await gone;
    rmSync(this.path, { recursive: true });
  }
}
