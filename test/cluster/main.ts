/**
 * `npm run cluster`: a node to play with, that stays until `npm run cluster -- stop`. A process in the background keeps it; when
 * that ends, however it ends, the node is gone.
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lacks } from './machine.ts';
import { startNodeWithImages } from './node-with-images.ts';
import { cacheFolder } from './support/cache.ts';
import { isAlive } from './support/processes.ts';
import { tool } from './tools.ts';

interface Running {
  readonly pid: number;
  readonly kubeconfig: string;
  readonly logs: string;
}

const FOLDER = join(cacheFolder(), 'cluster');
const STATE = join(FOLDER, 'state.json');
const KUBECONFIG = join(FOLDER, 'kubeconfig');
const LOG = join(FOLDER, 'cluster.log');
const STOP_LIMIT_MS = 30_000;

async function start(): Promise<void> {
  const missing = lacks('node');
  if (missing.length > 0) throw new Error(`a node cannot run here: it needs ${missing.join('; ')}`);
  if (running() === undefined) await startKeeper();
  await status();
}

/** Shows what the keeper prints until the node is there. */
async function startKeeper(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  rmSync(STATE, { force: true });
  const log = openSync(LOG, 'w');
  const keeper = spawn(process.execPath, [import.meta.filename, 'keep'], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  keeper.unref();
  // Interrupted half way, it would go on unseen.
  const interrupted = (): void => {
    keeper.kill('SIGTERM');
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  let shown = 0;
  const show = (): void => {
    const text = readFileSync(LOG, 'utf8');
    process.stdout.write(text.slice(shown));
    shown = text.length;
  };
  const hasEnded = (): boolean => keeper.exitCode !== null || keeper.signalCode !== null;
  while (!existsSync(STATE) && !hasEnded()) {
    show();
    await sleep(100);
  }
  show();
  process.removeListener('SIGINT', interrupted).removeListener('SIGTERM', interrupted);
  if (!existsSync(STATE)) throw new Error('the node did not start; why is said above');
}

async function keep(): Promise<void> {
  const stopped = new Promise((resolve) => process.once('SIGTERM', resolve).once('SIGINT', resolve));
  const node = await startNodeWithImages();
  // In a place that stays the same, so that a shell needs to be told once.
  copyFileSync(node.kubeconfig, KUBECONFIG);
  const state: Running = { pid: process.pid, kubeconfig: KUBECONFIG, logs: node.folder };
  writeFileSync(`${STATE}.draft`, JSON.stringify(state));
  renameSync(`${STATE}.draft`, STATE);
  await stopped;
  rmSync(STATE, { force: true });
  await node.stop();
}

async function status(): Promise<void> {
  const state = running();
  if (state === undefined) {
    console.log('No node is running. Start one with: npm run cluster');
    return;
  }
  const folders = [dirname(await tool('kubectl')), dirname(await tool('helm'))].join(':');
  console.log(`
A Kubernetes node is running (process ${state.pid}, logs in ${state.logs}).

  export KUBECONFIG=${state.kubeconfig}
  export PATH=${folders}:$PATH

  kubectl get nodes,pods -A

Our images are in it. From the README, which goes on from here:

  helm install sallyport-crds charts/sallyport-crds --namespace sallyport-system --create-namespace
  helm install sallyport charts/sallyport --namespace sallyport-system --wait
  kubectl apply -f examples/kubernetes/namespace.yaml

Pods and Services are reached from this machine by their addresses. End it with: npm run cluster -- stop`);
}

async function stop(): Promise<void> {
  const state = running();
  if (state === undefined) {
    console.log('No node is running.');
    return;
  }
  process.kill(state.pid, 'SIGTERM');
  const deadline = performance.now() + STOP_LIMIT_MS;
  while (isAlive(state.pid)) {
    if (performance.now() > deadline) throw new Error(`process ${state.pid} does not end: kill -9 ${state.pid}`);
    await sleep(100);
  }
  console.log('The node is gone.');
}

/** Undefined also where a state was left by one that was killed. */
function running(): Running | undefined {
  if (!existsSync(STATE)) return undefined;
  const state = JSON.parse(readFileSync(STATE, 'utf8')) as Running;
  return isAlive(state.pid) && existsSync(state.logs) ? state : undefined;
}

const commands = { start, status, stop, keep } as const;

const [, , name = 'start', ...rest] = process.argv;
if (!(name in commands) || rest.length > 0) {
  console.error(`✖ npm run cluster -- ${[name, ...rest].join(' ')}: wants one of start, status, stop`);
  process.exitCode = 2;
} else {
  await commands[name as keyof typeof commands]().catch((error: unknown) => {
    console.error(`✖ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
