/** The images of the tests: ours, from the very Dockerfiles that are published, and one with MCP servers. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { mcpServersContext } from './images/mcp-servers.ts';
import { baseImage, buildImage } from './support/base-image.ts';
import { run } from './support/command.ts';
import type { Docker } from './support/docker.ts';
import { withProgress } from './support/progress.ts';
import { scratchFolder } from './support/scratch.ts';
import { tool } from './tools.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BUILD_LIMIT_MS = 5 * 60_000;
const SAVE_LIMIT_MS = 2 * 60_000;

export const IMAGE = {
  sidecar: 'sallyport-sidecar:test',
  operator: 'sallyport-operator:test',
  /** Node with server-everything (`/srv/everything/dist/index.js`) and the fixture server (`/srv/fixture.mjs`). */
  mcpServers: 'sallyport-mcp-servers:test',
  /** Holds the namespaces of every pod. */
  pause: 'sallyport-pause:test',
} as const;

/** The names that the charts and the examples call them by, without the version: what is shipped runs here unchanged. */
const PUBLISHED = {
  [IMAGE.sidecar]: 'ghcr.io/sallyport/sallyport-sidecar',
  [IMAGE.operator]: 'ghcr.io/sallyport/sallyport-operator',
  [IMAGE.mcpServers]: 'ghcr.io/sallyport/examples-mcp-servers',
} as const;

export interface Images {
  /** Bytes that each adds to the base, by name. */
  readonly ownBytes: Readonly<Record<string, number>>;
  /** Writes all of them into one archive, which containerd takes. */
  save(path: string): Promise<void>;
}

/** Another state of this repository, whose gate and operator get the published names with a tag of their own. */
export interface OtherTree {
  readonly root: string;
  readonly commit: string;
  readonly tag: string;
}

const DOCKERFILES = [
  ['Dockerfile.sidecar', IMAGE.sidecar],
  ['Dockerfile.operator', IMAGE.operator],
] as const;

export async function buildImages(docker: Docker, others: readonly OtherTree[] = []): Promise<Images> {
  const base = await baseImage(docker);
  const built: (keyof typeof PUBLISHED)[] = [];
  const names: string[] = [];
  const build = async (image: string, args: readonly string[]): Promise<void> => {
    await withProgress(`Building ${image}`, async () => {
      await docker.docker(['build', '-t', image, ...args], { timeoutMs: BUILD_LIMIT_MS });
    });
  };
  const buildFrom = async (root: string, of: string, file: string, image: string): Promise<void> => {
    const values = { BASE: base, BUILD_IMAGE: await buildImage(docker, base), COMMIT: of };
    const options = Object.entries(values).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]);
    // The network of this machine: it may reach the npm registry by ways that a container does not have.
    await build(image, ['--network=host', ...options, '-f', join(root, file), root]);
  };
  for (const [file, image] of DOCKERFILES) {
    await buildFrom(ROOT, commit(), file, image);
    built.push(image);
  }
  for (const { root, commit: of, tag } of others) {
    for (const [file, image] of DOCKERFILES) {
      const published = `${PUBLISHED[image]}:${tag}`;
      await buildFrom(root, of, file, published);
      names.push(published);
    }
  }
  const context = await mcpServersContext();
  try {
    await build(IMAGE.mcpServers, ['--build-arg', `BASE=${base}`, context]);
    built.push(IMAGE.mcpServers);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
  const bytes = async (image: string): Promise<number> =>
    Number(await docker.docker(['image', 'inspect', '--format', '{{.Size}}', image]));
  const ownBytes: Record<string, number> = {};
  for (const image of built) {
    ownBytes[image] = (await bytes(image)) - (await bytes(base));
    const published = `${PUBLISHED[image]}:${packageVersion()}`;
    await docker.docker(['tag', image, published]);
    names.push(image, published);
  }
  await importPause(docker);
  return {
    ownBytes,
    save: async (path) => {
      await docker.docker(['save', '-o', path, ...names, IMAGE.pause], { timeoutMs: SAVE_LIMIT_MS });
    },
  };
}

async function importPause(docker: Docker): Promise<void> {
  const binary = await tool('pause');
  const folder = scratchFolder();
  try {
    const archive = join(folder, 'pause.tar');
    await run('tar', ['-C', dirname(binary), '-cf', archive, 'pause']);
    await docker.docker(['import', '--change', 'ENTRYPOINT ["/pause"]', archive, IMAGE.pause]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}
