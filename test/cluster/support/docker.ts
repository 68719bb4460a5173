/** The Docker daemon that builds our images: the one of this machine if it answers, else one started for as long as it is needed. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';
import { removeCgroups } from './cgroups.ts';
import { type RunOptions, run } from './command.ts';
import { Daemon } from './daemon.ts';
import { acquireLock, machineLock } from './lock.ts';
import { scratchFolder } from './scratch.ts';

export interface Docker {
  /** For DOCKER_HOST; undefined where Docker finds its daemon by itself. */
  readonly host: string | undefined;
  /** What `docker ARGS` prints. */
  docker(args: readonly string[], options?: RunOptions): Promise<string>;
  stop(): Promise<void>;
}

/** An interface has at most 15 letters. */
const BRIDGE = 'sally-docker';
const BRIDGE_ADDRESS = '10.250.255.1/24';
const CGROUP = 'sallyport-docker';
const READY_LIMIT_MS = 60_000;

export async function useDocker(): Promise<Docker> {
  const existing: Docker = {
    host: process.env['DOCKER_HOST'],
    docker: (args, options) => run('docker', args, options),
    stop: async () => {},
  };
  if (await answers(existing)) return existing;
  return startDocker();
}

async function startDocker(): Promise<Docker> {
  const release = await acquireLock(machineLock('docker'), (owner) =>
    console.log(`  … waiting for the Docker of another test run (process ${owner})`),
  );
  await cleanUp();
  const folder = scratchFolder();
  const host = `unix://${join(folder, 'docker.sock')}`;
  // Images are kept from run to run: what has not changed is not built again.
  const data = join(cacheFolder(), 'docker');
  mkdirSync(data, { recursive: true });
  // What it remembers of its networks would bring back addresses of another time.
  rmSync(join(data, 'network'), { recursive: true, force: true });
  await run('ip', ['link', 'add', BRIDGE, 'type', 'bridge']);
  await run('ip', ['address', 'add', BRIDGE_ADDRESS, 'dev', BRIDGE]);
  await run('ip', ['link', 'set', BRIDGE, 'up']);
  // In a PID and a mount namespace of its own, so that one SIGKILL ends all of its containers and unmounts what they had.
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const daemon = new Daemon({
    name: 'dockerd',
    command: 'unshare',
    folder,
    args: [
      ...namespaces,
      'dockerd',
      `--host=${host}`,
      `--data-root=${data}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--pidfile=${join(folder, 'docker.pid')}`,
      `--bridge=${BRIDGE}`,
      `--cgroup-parent=/${CGROUP}`,
      // The rules of the machine stay as they are: published ports work by Docker's own proxy.
      '--iptables=false',
      '--ip-masq=false',
    ],
  });
  const started: Docker = {
    host,
    docker: (args, options = {}) => run('docker', args, { ...options, env: { ...options.env, DOCKER_HOST: host } }),
    async stop() {
      await daemon.killWithNamespaces();
      await cleanUp();
      rmSync(folder, { recursive: true, force: true });
      release();
    },
  };
  try {
    await daemon.until('Docker answered', READY_LIMIT_MS, () => answers(started));
    // Containers of a run that was cut off, and what was built on the way to images of days gone by.
    await started.docker(['container', 'prune', '--force']);
    await started.docker(['image', 'prune', '--force', '--filter', 'until=24h']);
    return started;
  } catch (error) {
    await started.stop();
    throw error;
  }
}

async function answers(docker: Docker): Promise<boolean> {
  try {
    await docker.docker(['version'], { timeoutMs: 5000 });
    return true;
  } catch {
    return false;
  }
}

/** What outlives the daemon, of this run or of one that was cut off. */
async function cleanUp(): Promise<void> {
  await run('ip', ['link', 'delete', BRIDGE]).catch(() => {});
  removeCgroups(CGROUP);
}
