/** mark3labs/mcp-go, whose decoder folds the case of keys. A program of ours around it, built from go/ on first use. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../../cluster/support/cache.ts';
import { run } from '../../cluster/support/command.ts';
import { go } from '../../cluster/tools.ts';
import { type JsonInput, headerPairs } from '../input.ts';
import type { Execution, Reference } from './reference.ts';

const MODULE = join(import.meta.dirname, '..', 'go');
const BUILD_LIMIT_MS = 10 * 60_000;

/** The path of the program; undefined on a machine without Go, which a CI machine must not be. */
export async function buildMcpGo(): Promise<string | undefined> {
  let compiler: string;
  try {
    compiler = go();
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return undefined;
  }
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of readdirSync(MODULE).sort()) hash.update(readFileSync(join(MODULE, file)));
  const key = join('tools', `fuzz-mcp-go-${hash.digest('hex').slice(0, 12)}`);
  const folder = await cached(key, 'Building the server on mcp-go for the fuzz (once)', async (draft) => {
    await run(compiler, ['build', '-trimpath', '-ldflags=-s -w', '-o', join(draft, 'reference'), '.'], {
      cwd: MODULE,
      env: { CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' },
      timeoutMs: BUILD_LIMIT_MS,
    });
  });
  return join(folder, 'reference');
}

/** Fed over a pipe; answers come in the order of the requests. */
export class McpGo implements Reference {
  readonly name = 'mcp-go';
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: { resolve(found: readonly Execution[]): void; reject(error: Error): void }[] = [];
  #unread: Buffer = Buffer.alloc(0);

  constructor(program: string) {
    this.#child = spawn(program, ['pipe']);
    this.#child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    let said = '';
    this.#child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    this.#child.stdin.on('error', () => {});
    this.#child.once('close', (code) => {
      for (const waiting of this.#waiting)
        waiting.reject(new Error(`mcp-go ended with ${code}: ${said.slice(0, 2000)}`));
    });
  }

  execute(inputs: readonly JsonInput[]): Promise<readonly (readonly Execution[])[]> {
    const frames: Buffer[] = [];
    const answers = inputs.map(({ body, headers }) => {
      const lines = headerPairs(headers).map(([name, value]) => `${name}: ${value}`);
      const head = Buffer.from(['content-type: application/json', ...lines].join('\n'), 'latin1');
      frames.push(lengthOf(head), head, lengthOf(body), body);
      return new Promise<readonly Execution[]>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    });
    this.#child.stdin.write(Buffer.concat(frames));
    return Promise.all(answers);
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const closed = once(this.#child, 'close');
    this.#child.stdin.end();
    await closed;
  }

  #read(chunk: Buffer): void {
    let bytes = this.#unread.length === 0 ? chunk : Buffer.concat([this.#unread, chunk]);
    while (bytes.length >= 4) {
      const end = 4 + bytes.readUInt32BE(0);
      if (bytes.length < end) break;
      this.#waiting.shift()?.resolve(JSON.parse(bytes.toString('utf8', 4, end)) as Execution[]);
      bytes = bytes.subarray(end);
    }
    this.#unread = bytes;
  }
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
