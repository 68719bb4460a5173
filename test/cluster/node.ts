/**
 * A whole Kubernetes node: control plane, kubelet, containerd, kube-proxy and CoreDNS in one set of namespaces, nine seconds to
 * Ready. Pods run; tests on this machine reach them and Services by their addresses. Needs root and the packages that
 * machine.ts names.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { kubectl } from './api-server.ts';
import { ControlPlane } from './support/control-plane.ts';
import type { Daemon } from './support/daemon.ts';
import { Containerd } from './support/node/containerd.ts';
import { dnsObjects, startDns } from './support/node/dns.ts';
import { NODE_NAME, startKubelet } from './support/node/kubelet.ts';
import { claimPlace } from './support/node/place.ts';
import { Sandbox } from './support/node/sandbox.ts';
import { scratchFolder } from './support/scratch.ts';
import { type ToolName, tool } from './tools.ts';

export interface ClusterNode {
  /** Path of a kubeconfig with all rights. */
  readonly kubeconfig: string;
  /** Where the logs of its programs are. */
  readonly folder: string;
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** Loads every image of an archive as `docker save` writes it. */
  loadImage(archive: string): Promise<void>;
  /** Runs a program of this machine inside of the node: its network, its processes. Paths have to be absolute. */
  exec(command: string, args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

const NODE_TOOLS: readonly ToolName[] = [
  'etcd',
  'kube-apiserver',
  'kubectl',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'coredns',
  'helm',
];
const READY_LIMIT_MS = 90_000;

/** @param images archive with the images to load; the one of pods' pause container has to be among them */
export async function startNode(images: string): Promise<ClusterNode> {
  for (const name of NODE_TOOLS) await tool(name);
  const place = await claimPlace();
  const folder = scratchFolder();
  let sandbox: Sandbox | undefined;
  const stop = async (): Promise<void> => {
    await sandbox?.destroy();
    rmSync(folder, { recursive: true, force: true });
    place.release();
  };
  try {
    sandbox = await Sandbox.create(folder, place);
    return await startIn(sandbox, folder, images, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startIn(
  sandbox: Sandbox,
  folder: string,
  images: string,
  stop: () => Promise<void>,
): Promise<ClusterNode> {
  const loading = Containerd.start(sandbox, folder).then(async (containerd) => {
    await containerd.load(images);
    return containerd;
  });
  const [containerd, plane] = await Promise.all([loading, startControlPlane(sandbox, folder)]);
  const kubelet = await startKubelet(sandbox, plane, folder, containerd.socket);
  await startDns(sandbox, folder, plane.kubeconfig);
  const node: ClusterNode = {
    kubeconfig: plane.kubeconfig,
    folder,
    kubectl: (args, input) => kubectl(plane.kubeconfig, args, input),
    loadImage: (archive) => containerd.load(archive),
    exec: (command, args) => sandbox.run(command, args),
    stop,
  };
  await node.kubectl(['apply', '-f', '-'], JSON.stringify(dnsObjects(sandbox.place)));
  await kubelet.until('the node was ready', READY_LIMIT_MS, () => {
    sandbox.assertRunning();
    return isReady(node);
  });
  return node;
}

async function startControlPlane(sandbox: Sandbox, folder: string): Promise<ControlPlane> {
  const file = (name: string): string => join(folder, name);
  const plane = await ControlPlane.start({
    folder,
    launch: (name, command, args) => sandbox.launch(name, command, args),
    address: sandbox.place.nodeAddress,
    serviceRange: sandbox.place.serviceRange,
    ports: { api: 6443, etcd: 2379, etcdPeer: 2380 },
    extraFlags: [
      '--enable-admission-plugins=NodeRestriction',
      '--kubelet-preferred-address-types=InternalIP',
      `--kubelet-client-certificate=${file('admin.crt')}`,
      `--kubelet-client-key=${file('admin.key')}`,
      `--kubelet-certificate-authority=${file('ca.crt')}`,
    ],
  });
  const kubeconfig = `--kubeconfig=${plane.kubeconfig}`;
  const launch = async (name: ToolName, ...args: string[]): Promise<Daemon> =>
    sandbox.launch(name, await tool(name), [kubeconfig, ...args]);
  await launch(
    'kube-controller-manager',
    '--leader-elect=false',
    '--use-service-account-credentials',
    `--service-account-private-key-file=${file('service-accounts.key')}`,
    `--root-ca-file=${file('ca.crt')}`,
    `--cluster-signing-cert-file=${file('ca.crt')}`,
    `--cluster-signing-key-file=${file('ca.key')}`,
  );
  await launch('kube-scheduler', '--leader-elect=false');
  await launch(
    'kube-proxy',
    '--proxy-mode=iptables',
    `--cluster-cidr=${sandbox.place.podRange}`,
    `--hostname-override=${NODE_NAME}`,
    // The table of connections is the machine's: its size is not for a test to change.
    '--conntrack-max-per-core=0',
  );
  return plane;
}

/** Ready, with what every pod needs before it can be made. */
async function isReady(node: ClusterNode): Promise<boolean> {
  const condition = '-o=jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  const ready = await node.kubectl(['get', 'node', NODE_NAME, condition]).catch(() => '');
  if (ready !== 'True') return false;
  return node.kubectl(['get', 'serviceaccount', 'default', '-o=name']).then(Boolean, () => false);
}
