/**
 * An image with Debian and the pinned Node, made without an image registry: what the Dockerfiles get as BASE in the tests.
 * Published images are built on a distroless one; `SALLYPORT_TEST_BASE` names that or another to try.
 */
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { cached } from './cache.ts';
import { run } from './command.ts';
import type { Docker } from './docker.ts';
import { withProgress } from './progress.ts';
import { scratchFolder } from './scratch.ts';

const RELEASE = 'bookworm';
const DEBOOTSTRAP_LIMIT_MS = 10 * 60_000;
const NPM_LIMIT_MS = 5 * 60_000;
const NODE_TOOLS = join(import.meta.dirname, '..', '..', '..', 'tools', 'node');
/** Documentation, translations and package lists: half of what debootstrap installs. */
const UNNEEDED = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/info',
  'usr/share/locale',
  'usr/share/zoneinfo',
  'var/cache/apt',
  'var/lib/apt/lists',
];

/** The name of the base image in that Docker, made and loaded if need be. */
export async function baseImage(docker: Docker): Promise<string> {
  const given = process.env['SALLYPORT_TEST_BASE'];
  if (given !== undefined && given !== '') return given;
  const key = `${RELEASE}-node-${nodePackage().version}-${process.arch}`;
  const name = `sallyport-base:${key}`;
  if (await exists(docker, name)) return name;
  const folder = await cached(
    join('base', key),
    `Making an image of Debian ${RELEASE} and Node ${nodePackage().version} (once)`,
    fill,
  );
  await docker.docker(['import', join(folder, 'base.tar'), name], { timeoutMs: 120_000 });
  return name;
}

/** The base with npm and what npm needs to reach its registry from here: for the stage of a Dockerfile that builds. */
export async function buildImage(docker: Docker, base: string): Promise<string> {
  const name = `sallyport-build:${base.replaceAll(/[^\w.]+/g, '-')}`;
  if (await exists(docker, name)) return name;
  await withProgress('Making the image that builds ours', async () => {
    const context = scratchFolder();
    try {
      cpSync(npmFolder(), join(context, 'npm'), { recursive: true });
      const certificates = process.env['NODE_EXTRA_CA_CERTS'];
      writeFileSync(join(context, 'ca.crt'), certificates === undefined ? '' : readFileSync(certificates));
      const lines = [
        `FROM ${base}`,
        'COPY npm /usr/local/lib/npm',
        'COPY ca.crt /etc/ssl/sallyport-test-ca.crt',
        'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/sallyport-test-ca.crt',
        'RUN ["ln", "-s", "../lib/npm/bin/npm-cli.js", "/usr/local/bin/npm"]',
      ];
      writeFileSync(join(context, 'Dockerfile'), lines.join('\n'));
      await docker.docker(['build', '-t', name, context], { timeoutMs: 120_000 });
    } finally {
      rmSync(context, { recursive: true, force: true });
    }
  });
  return name;
}

async function exists(docker: Docker, name: string): Promise<boolean> {
  return (await docker.docker(['images', '--quiet', name])).trim() !== '';
}

async function fill(draft: string): Promise<void> {
  const tree = join(draft, 'tree');
  await run('debootstrap', ['--variant=minbase', RELEASE, tree], { timeoutMs: DEBOOTSTRAP_LIMIT_MS });
  for (const path of UNNEEDED) {
    rmSync(join(tree, path), { recursive: true, force: true });
    mkdirSync(join(tree, path));
  }
  const node = join(tree, 'usr', 'local', 'bin', 'node');
  copyFileSync(await pinnedNode(draft), node);
  chmodSync(node, 0o755);
  await run('tar', ['-C', tree, '-cf', join(draft, 'base.tar'), '.'], { timeoutMs: 120_000 });
  for (const folder of [tree, join(draft, 'node')]) rmSync(folder, { recursive: true });
}

/** The package that carries Node for this machine, pinned in tools/node. */
function nodePackage(): { readonly name: string; readonly version: string } {
  const name = `node-linux-${process.arch}`;
  const { optionalDependencies } = JSON.parse(readFileSync(join(NODE_TOOLS, 'package.json'), 'utf8')) as {
    optionalDependencies: Record<string, string>;
  };
  const version = optionalDependencies[name];
  if (version === undefined) throw new Error(`tools/node pins no Node for this machine: ${name}`);
  return { name, version };
}

/** Not the Node that runs this: it may be another version, or linked to libraries that the image does not have. */
async function pinnedNode(draft: string): Promise<string> {
  const folder = join(draft, 'node');
  mkdirSync(folder);
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    copyFileSync(join(NODE_TOOLS, file), join(folder, file));
  }
  const npm = join(npmFolder(), 'bin', 'npm-cli.js');
  await run(process.execPath, [npm, 'ci', '--ignore-scripts'], { cwd: folder, timeoutMs: NPM_LIMIT_MS });
  return join(folder, 'node_modules', nodePackage().name, 'bin', 'node');
}

/** The npm that runs this, or the one in PATH. */
function npmFolder(): string {
  const running = process.env['npm_execpath'];
  const paths = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'npm'));
  const cli = [...(running === undefined ? [] : [running]), ...paths].find(
    (path) => existsSync(path) && /npm-cli\.c?js$/.test(realpathSync(path)),
  );
  if (cli === undefined) throw new Error('npm is not installed, which the images are built with');
  return dirname(dirname(realpathSync(cli)));
}
