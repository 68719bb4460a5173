/**
 * What is done to the cluster. A fault first takes aim, while the API server still answers, so that two can be at once; then it is done,
 * lasts, and is undone. Steps of the clock are not among them: the one that counts is the machine's (time namespaces have none of their
 * own, time_namespaces(7)), and setting it would hit everybody else on this machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { kubectl } from '../cluster/api-server.ts';
import { ROOT_NAMESPACE, type World } from '../cluster/rollouts/world.ts';
import { run } from '../cluster/support/command.ts';
import { processOf } from '../cluster/support/container.ts';
import { eventually } from '../support/eventually.ts';
import { goOn, inNode, programOf, signal, startAgain } from './programs.ts';

/** Volumes are measured once a minute. */
const EVICTION_MS = 120_000;

export interface Field {
  readonly world: World;
  /** Of the node. */
  readonly folder: string;
}

export interface Aimed {
  /** At what, for people. */
  readonly at: string;
  do(): Promise<void>;
  undo(): Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** Between `do` and `undo`. */
  readonly lastsMs: number;
  /** @param choice any whole number: the same one chooses the same pod among as many. */
  aim(field: Field, choice: number): Promise<Aimed>;
}

const nothing = async (): Promise<void> => {};

/** A container ends as by a crash; the kubelet starts it again. */
function containerKilled(name: string, namespaceOf: (field: Field) => string, container: string): Fault {
  return {
    name,
    lastsMs: 0,
    async aim(field, choice) {
      const pod = await podOf(field, namespaceOf(field), choice);
      const pid = await processOf(field.world.kubeconfig, pod.namespace, pod.name, container);
      return { at: pod.name, do: async () => signal(pid, 'SIGKILL'), undo: nothing };
    },
  };
}

/** A program of the node ends, and is started again as an init system would after some time. */
function programKilled(name: string, lastsMs: number): Fault {
  return {
    name: `${name} killed`,
    lastsMs,
    async aim({ folder }) {
      const program = programOf(folder, name);
      return {
        at: `process ${program.pid}`,
        do: async () => signal(program.pid, 'SIGKILL'),
        undo: async () => startAgain(folder, name, program),
      };
    },
  };
}

function paused(name: string, lastsMs: number, pidOf: (field: Field, choice: number) => Promise<number>): Fault {
  return {
    name: `${name} paused`,
    lastsMs,
    async aim(field, choice) {
      const pid = await pidOf(field, choice);
      return {
        at: `process ${pid}`,
        do: async () => signal(pid, 'SIGSTOP'),
        undo: async () => goOn(pid),
      };
    },
  };
}

const serverNamespace = ({ world }: Field): string => world.namespace;
const operatorNamespace = (): string => ROOT_NAMESPACE;
const program =
  (name: string) =>
  async ({ folder }: Field): Promise<number> =>
    programOf(folder, name).pid;

/** What one gate sends to the operator's Service is dropped, before the Service is resolved and whatever connection it is of. */
const packetsDropped: Fault = {
  name: 'packets from a gate to the operator dropped',
  lastsMs: 15_000,
  async aim({ world, folder }, choice) {
    const pod = await podOf({ world, folder }, world.namespace, choice);
    const service = await world.operator('get', 'service', 'sallyport-operator', '-o', 'jsonpath={.spec.clusterIP}');
    const rule = ['PREROUTING', '-s', pod.address, '-d', service, '-j', 'DROP'];
    const iptables = (...args: string[]): Promise<string> =>
      inNode(folder, ['/usr/sbin/iptables', '-w', '-t', 'raw', ...args]);
    return {
      at: `${pod.name}, ${pod.address} to ${service}`,
      do: async () => void (await iptables('-I', ...rule)),
      async undo() {
        const counted = await iptables('-L', 'PREROUTING', '-v', '-n', '-x');
        await iptables('-D', ...rule);
        const packets = /^\s*(\d+)/m.exec(counted.split('\n').find((line) => line.includes(pod.address)) ?? '')?.[1];
        console.log(`      ${packets ?? 'unknown'} packets were dropped`);
      },
    };
  },
};

/** The gate's state outgrows its volume: the kubelet evicts the pod within two minutes, and with it goes what was in the volume. */
const volumeFull: Fault = {
  name: 'state volume of a gate full',
  lastsMs: 0,
  async aim({ world, folder }, choice) {
    const pod = await podOf({ world, folder }, world.namespace, choice);
    const volume = join(folder, 'kubelet/root/pods', pod.uid, 'volumes/kubernetes.io~empty-dir/sallyport-state');
    const ballast = mkdtempSync(join(volume, 'ballast-'));
    const phase = (): Promise<string> =>
      world.kubectl('get', 'pod', pod.name, '-o', 'jsonpath={.status.phase}').catch(String);
    return {
      at: pod.name,
      async do() {
        await run('fallocate', ['-l', '1200M', join(ballast, 'file')]);
        await eventually('the eviction', async () => /Failed|NotFound/.test(await phase()), EVICTION_MS).then(
          () => console.log('      the pod was evicted'),
          () => console.log('      the pod was not evicted'),
        );
      },
      undo: async () => rmSync(ballast, { recursive: true, force: true }),
    };
  },
};

const podDeleted: Fault = {
  name: 'pod deleted without grace',
  lastsMs: 0,
  async aim(field, choice) {
    const pod = await podOf(field, field.world.namespace, choice);
    const args = ['-n', pod.namespace, 'delete', 'pod', pod.name, '--force', '--grace-period=0', '--wait=false'];
    return {
      at: pod.name,
      // The API server may be what the other fault has hit.
      do: async () => void (await kubectl(field.world.kubeconfig, args).catch(() => {})),
      undo: nothing,
    };
  },
};

const gate = async (field: Field, choice: number): Promise<number> => {
  const pod = await podOf(field, field.world.namespace, choice);
  return processOf(field.world.kubeconfig, pod.namespace, pod.name, 'sallyport');
};

export const FAULTS: readonly Fault[] = [
  containerKilled('gate killed', serverNamespace, 'sallyport'),
  containerKilled('server killed', serverNamespace, 'server'),
  containerKilled('operator killed', operatorNamespace, 'operator'),
  programKilled('kube-apiserver', 5_000),
  programKilled('kubelet', 8_000),
  paused('etcd', 3_000, program('etcd')),
  paused('kube-apiserver', 5_000, program('kube-apiserver')),
  paused('gate', 5_000, gate),
  packetsDropped,
  podDeleted,
  volumeFull,
];

interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly address: string;
}

async function podOf({ world }: Field, namespace: string, choice: number): Promise<Pod> {
  const args = ['-n', namespace, 'get', 'pods', '--field-selector=status.phase=Running', '-o', 'json'];
  const { items } = JSON.parse(await kubectl(world.kubeconfig, args)) as {
    items: { metadata: { name: string; uid: string; deletionTimestamp?: string }; status: { podIP?: string } }[];
  };
  const pods = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const pod = pods[choice % Math.max(pods.length, 1)];
  if (pod === undefined) throw new Error(`no pod runs in ${namespace}`);
  return { namespace, name: pod.metadata.name, uid: pod.metadata.uid, address: pod.status.podIP ?? '' };
}
