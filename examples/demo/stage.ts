/** Everything the story is played with: a temporary folder, policy folders, gates and servers; and how it is all cleared away. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child, type Finished, run } from './child.ts';

export const root = dirname(dirname(import.meta.dirname));

const cli = join(root, 'cli', 'main.ts');
/** What the policy folder of this example calls the folder of the team. */
const WRITTEN_ROOT = '/srv/team';

export interface Gate {
  readonly child: Child;
  readonly url: URL;
  readonly metricsUrl: string;
  /** The policy folder it enforces. */
  readonly folder: string;
  readonly auditFile: string;
}

export class Stage {
  /** Where everything lies; commands are run in it, so that what they print stays short. */
  readonly folder: string;
  readonly team: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #children: Child[] = [];

  constructor() {
    this.folder = realpathSync(mkdtempSync(join(shortTmpdir(), 'sallyport-')));
    this.team = join(this.folder, 'team');
    this.#env = {
      ...process.env,
      SALLYPORT_STATE_DIR: join(this.folder, 'state'),
      SALLYPORT_RUNTIME_DIR: join(this.folder, 'run'),
      // The same sources are run a dozen times: half of what each start costs is reading them.
      NODE_COMPILE_CACHE: join(this.folder, 'compiled'),
    };
    write(join(this.team, 'notes', 'todo.txt'), 'water the plants\nask for a review of the gate\n');
    write(join(this.team, 'private', 'salaries.txt'), 'Ada 9,000\nGrace 9,000\n');
  }

  get children(): readonly Child[] {
    return this.#children;
  }

  /** A copy of the policy folder of that name that may be changed, with the folder of this stage for the written one. */
  copyPolicy(name: string): string {
    const copy = join(this.folder, name);
    cpSync(join(import.meta.dirname, name), copy, { recursive: true });
    // A path may hold anything, but the YAML has it in double quotes, where JSON's escapes are YAML's.
    const team = JSON.stringify(this.team).slice(1, -1);
    for (const file of readdirSync(copy)) {
      const path = join(copy, file);
      writeFileSync(
        path,
        readFileSync(path, 'utf8').replaceAll(`"${WRITTEN_ROOT}`, () => `"${team}`),
      );
    }
    return copy;
  }

  /** `sallyport …`, run to its end. */
  sallyport(...args: readonly string[]): Promise<Finished> {
    return run({ args: [cli, ...args], cwd: this.folder, env: this.#env });
  }

  /** `sallyport up …` for a policy folder, listening on free ports. */
  async openGate(folder: string, server: readonly string[]): Promise<Gate> {
    const name = relative(this.folder, folder);
    const auditFile = `${name}.audit.jsonl`;
    const options = ['-f', name, '--port', '0', '--metrics-port', '0', '--audit', auditFile];
    const child = this.#start(`gate of ${name}`, [cli, 'up', ...options, ...server], this.#env);
    const [, url = ''] = await child.seen(/MCP +(\S+)/);
    const [, metricsUrl = ''] = await child.seen(/metrics +(\S+)/);
    await child.seen(/in force/);
    return { child, url: new URL(url), metricsUrl, folder: name, auditFile };
  }

  /** server-everything over Streamable HTTP; resolves with its URL. */
  async startEverything(): Promise<string> {
    const port = await freePort();
    // It has a tool that prints its environment, so it gets none of ours.
    const env = { PATH: process.env['PATH'], PORT: String(port) };
    const child = this.#start('everything server', [packageFile('server-everything'), 'streamableHttp'], env);
    await child.seen(/listening on port/);
    return `http://127.0.0.1:${port}/mcp`;
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.stop('SIGTERM')));
    this.destroy();
  }

  /** All that can be done while the process exits: no waiting, nothing left. */
  destroy(): void {
    for (const child of this.#children) child.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #start(title: string, args: readonly string[], env: NodeJS.ProcessEnv): Child {
    const child = new Child({ title, args, cwd: this.folder, env });
    this.#children.push(child);
    return child;
  }
}

/** The file that the command of an official server runs. */
export function packageFile(name: 'server-everything' | 'server-filesystem'): string {
  return fileURLToPath(import.meta.resolve(`@modelcontextprotocol/${name}/dist/index.js`));
}

/** The path of a Unix socket has room for some 100 characters, and macOS has temporary folders of 60. */
function shortTmpdir(): string {
  return tmpdir().length > 40 && process.platform !== 'win32' ? '/tmp' : tmpdir();
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
