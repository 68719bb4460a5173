/**
 * A Kubernetes API server of one's own: etcd and kube-apiserver on loopback, three seconds to ready. It has no kubelet and no
 * controllers, so pods stay Pending, Deployments make no pods and nothing is garbage collected; everything the API
 * server itself does is real: schemas, admission, RBAC, watches, server-side apply, TokenReview.
 */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './support/command.ts';
import { ControlPlane } from './support/control-plane.ts';
import { Daemon } from './support/daemon.ts';
import { freePort } from '../support/ports.ts';
import { scratchFolder } from './support/scratch.ts';
import { tool } from './tools.ts';

export interface ApiServerOptions {
  /** More flags for kube-apiserver, for example `--watch-cache=false`. */
  readonly extraFlags?: readonly string[];
}

export interface ApiServer {
  /** Path of a kubeconfig with all rights. */
  readonly kubeconfig: string;
  readonly url: string;
  /** Kills kube-apiserver and starts it again with the same address and data: every watch is cut. */
  restart(): Promise<void>;
  /** The same, and from then on another key signs tokens of ServiceAccounts; those of before are good only if they are kept. */
  rotateAccountKey(keep: 'keep' | 'drop'): Promise<void>;
  /**
   * Forgets the history up to now, so that a watch or a list that goes on from before gets 410. A running API server still
   * answers from its watch cache: call restart() after it, or start with `--watch-cache=false`.
   */
  compact(): Promise<void>;
  /** Straight into etcd, past all admission, at most 128 at once: objects by their keys, such as `/registry/pods/NAMESPACE/NAME`. */
  store(objects: ReadonlyMap<string, object>): Promise<void>;
  /** What kubectl prints, with all rights. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** A kubeconfig of somebody with no rights but those that RBAC gives to this name and these groups. */
  userKubeconfig(user: string, groups?: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startApiServer({ extraFlags = [] }: ApiServerOptions = {}): Promise<ApiServer> {
  // Built before anything runs, so that no limit counts the building.
  for (const name of ['etcd', 'kube-apiserver', 'kubectl'] as const) await tool(name);
  const folder = scratchFolder();
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const plane = await ControlPlane.start({
      folder,
      launch: (name, command, args) => new Daemon({ name, command, args, folder }),
      address: '127.0.0.1',
      ports: { api: await freePort(), etcd: await freePort(), etcdPeer: await freePort() },
      // Both families, as clusters with dual stack have them: Services that ask for both get both.
      serviceRange: '10.96.0.0/16,fd00:96::/112',
      // The Service `kubernetes` cannot lead to loopback, and since 1.37 an API server does not start that is to make it.
      extraFlags: ['--endpoint-reconciler-type=none', ...extraFlags],
    });
    return apiServer(plane, close);
  } catch (error) {
    close();
    throw error;
  }
}

function apiServer(plane: ControlPlane, close: () => void): ApiServer {
  let users = 0;
  return {
    kubeconfig: plane.kubeconfig,
    url: plane.url,
    async restart() {
      await plane.killApiServer();
      await plane.startApiServer();
    },
    async rotateAccountKey(keep) {
      plane.rotateAccountKey(keep === 'keep');
      await plane.killApiServer();
      await plane.startApiServer();
    },
    compact: () => plane.compact(),
    store: (objects) => plane.store(objects),
    kubectl: (args, input) => kubectl(plane.kubeconfig, args, input),
    async userKubeconfig(user, groups = []) {
      const name = `user-${(users += 1)}`;
      return plane.kubeconfigFor(name, await plane.authority.issue(name, { commonName: user, organizations: groups }));
    },
    async stop() {
      await plane.stop();
      close();
    },
  };
}

/** Runs kubectl against the cluster of a kubeconfig; throws with what it said when it fails. */
export async function kubectl(kubeconfig: string, args: readonly string[], input?: string): Promise<string> {
  // Its cache of what the server offers lies beside the kubeconfig, as it does in ~/.kube.
  const all = [`--kubeconfig=${kubeconfig}`, `--cache-dir=${join(dirname(kubeconfig), 'cache')}`, ...args];
  return run(await tool('kubectl'), all, input === undefined ? {} : { input });
}
