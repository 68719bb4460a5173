/**
 * An S3-compatible store on loopback, in memory: gofakes3, built once from the Go module proxy. It checks digests of what is put; it does
 * not check signatures, nor does it know object lock.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cluster/support/cache.ts';
import { run } from '../cluster/support/command.ts';
import { go } from '../cluster/tools.ts';
import { eventually } from './eventually.ts';
import { freePort } from './ports.ts';

const MODULE = join(import.meta.dirname, '..', 's3');
const PACKAGE = 'github.com/johannesboyne/gofakes3/cmd/gofakes3';
const BUILD_LIMIT_MS = 5 * 60_000;

/** Why there can be none here; undefined: there can. On CI that is an error. */
export function lacksS3(): string | undefined {
  if (spawnSync(go(), ['version']).status === 0) return undefined;
  const why = 'Go is not installed, by which an S3-compatible store is built (apt-get install golang-go)';
  if (process.env['CI'] === 'true') throw new Error(why);
  return why;
}

export class S3 {
  readonly bucket = 'records';
  readonly endpoint: string;
  readonly #process: ChildProcess;

  private constructor(endpoint: string, child: ChildProcess) {
    this.endpoint = endpoint;
    this.#process = child;
  }

  static async start(): Promise<S3> {
    const program = await build();
    const port = await freePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const options = ['-backend', 'memory', '-host', `127.0.0.1:${port}`, '-initialbucket', 'records', '-quiet'];
    const child = spawn(program, options, { stdio: 'ignore' });
    const s3 = new S3(endpoint, child);
    const answers = (): Promise<boolean> =>
      fetch(endpoint).then(
        ({ ok }) => ok,
        () => false,
      );
    await eventually('the store answers', answers);
    return s3;
  }

  /** The object as it is there, and what another one has put in its place. */
  async object(key: string): Promise<Buffer> {
    const response = await fetch(`${this.endpoint}/${this.bucket}/${encodeURI(key)}`);
    return Buffer.from(await response.arrayBuffer());
  }

  async replace(key: string, bytes: Buffer): Promise<void> {
    const path = key.split('/').map(encodeURIComponent).join('/');
    await fetch(`${this.endpoint}/${this.bucket}/${path}`, { method: 'PUT', body: new Uint8Array(bytes) });
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }
}

async function build(): Promise<string> {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['go.mod', 'go.sum']) hash.update(readFileSync(join(MODULE, file)));
  const key = join('tools', `gofakes3-${hash.digest('hex').slice(0, 12)}`);
  const built = await cached(key, 'Building an S3-compatible store (once)', async (draft) => {
    await run(go(), ['build', '-trimpath', '-o', join(draft, 'gofakes3'), PACKAGE], {
      cwd: MODULE,
      env: { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' },
      timeoutMs: BUILD_LIMIT_MS,
    });
  });
  return join(built, 'gofakes3');
}
