/**
 * A server of two replicas behind its gates, as a team has it that thinks of rollouts: it finishes what it was asked, and goes a few
 * seconds after its endpoint. Beside the way through the gates there is one that goes around them to the same pods: what is lost on
 * that way is lost without a gate as well.
 */
import { join } from 'node:path';
import { kubectl } from '../api-server.ts';
import { helm } from '../helm.ts';
import { eventually } from '../../support/eventually.ts';
import { SIDECAR_PORT } from '../../../operator/names.ts';
import { type Kind, openClient } from '../support/load/clients.ts';
import { Load, type LoadClient } from '../support/load/load.ts';
import { Wire } from '../support/load/wire.ts';
import { INJECTED, LABELS, NAMESPACE, SERVER, TOKEN, deployment, objects, pack } from './objects.ts';

const CHARTS = join(import.meta.dirname, '..', '..', '..', 'charts');
export const ROOT_NAMESPACE = 'sallyport-system';
const READY_LIMIT_MS = 90_000;

const KINDS: readonly Kind[] = ['v1 legacy', 'v2 legacy', 'v2 modern'];

export class World {
  readonly #kubeconfig: string;

  constructor(kubeconfig: string) {
    this.#kubeconfig = kubeconfig;
  }

  get kubeconfig(): string {
    return this.#kubeconfig;
  }

  get namespace(): string {
    return NAMESPACE;
  }

  /** In the namespace of the server. */
  kubectl(...args: string[]): Promise<string> {
    return kubectl(this.#kubeconfig, ['-n', NAMESPACE, ...args]);
  }

  /** In that of the operator. */
  operator(...args: string[]): Promise<string> {
    return kubectl(this.#kubeconfig, ['-n', ROOT_NAMESPACE, ...args]);
  }

  apply(items: readonly object[]): Promise<string> {
    const list = { apiVersion: 'v1', kind: 'List', items };
    return kubectl(this.#kubeconfig, ['apply', '-f', '-'], JSON.stringify(list));
  }

  /** Installs or upgrades both charts, the kinds first, as the documentation has it. */
  async helm(values: object = {}, charts = CHARTS): Promise<void> {
    // Without values of its own an upgrade would take those of the release before.
    const where = ['--namespace', ROOT_NAMESPACE, '--create-namespace', '--wait', '--reset-values'];
    const upgrade = (name: string, input?: object): Promise<string> => {
      const args = ['upgrade', '--install', name, join(charts, name), ...where];
      return input === undefined
        ? helm(this.#kubeconfig, args)
        : helm(this.#kubeconfig, [...args, '--values', '-'], JSON.stringify(input));
    };
    await upgrade('sallyport-crds');
    await upgrade('sallyport', values);
  }

  /** The server, its gates and the ways to it; resolves when calls are answered by policy. */
  async serve(): Promise<void> {
    await this.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels: INJECTED } }]);
    // Ready is a moment before kube-proxy leads to the new pods of the operator.
    await eventually('the objects are taken', () => this.apply(objects()).catch(() => undefined), 30_000);
    await this.settled(2);
  }

  /** All replicas are there, have gates with the policy that is wanted, and none is on its way out. */
  async settled(replicas: number): Promise<void> {
    await this.kubectl('rollout', 'status', `deployment/${SERVER}`, `--timeout=${READY_LIMIT_MS / 1_000}s`);
    await eventually(
      `${replicas} pods and no other`,
      async () => {
        const pods = await this.pods();
        return pods.length === replicas && pods.every(({ isReady, isLeaving }) => isReady && !isLeaving);
      },
      READY_LIMIT_MS,
    );
    await eventually(
      'every gate enforces the policy',
      async () => (await this.#summary()) === `${replicas}/${replicas}`,
      READY_LIMIT_MS,
    );
  }

  async pods(): Promise<{ name: string; address: string; isReady: boolean; isLeaving: boolean }[]> {
    const { items } = JSON.parse(await this.kubectl('get', 'pods', '-l', `app=${SERVER}`, '-o', 'json')) as {
      items: {
        metadata: { name: string; deletionTimestamp?: string };
        status: { podIP?: string; conditions?: { type: string; status: string }[] };
      }[];
    };
    return items.map(({ metadata, status }) => ({
      name: metadata.name,
      address: status.podIP ?? '',
      isReady: status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false,
      isLeaving: metadata.deletionTimestamp !== undefined,
    }));
  }

  async #summary(): Promise<string> {
    return this.kubectl('get', 'mcpserver.sallyport.dev', SERVER, '-o', 'jsonpath={.status.policy.summary}');
  }

  /** Both charts as they were before, in the opposite order. */
  async rollBack(): Promise<void> {
    for (const chart of ['sallyport', 'sallyport-crds']) {
      await helm(this.#kubeconfig, ['rollback', chart, '--namespace', ROOT_NAMESPACE, '--wait']);
    }
  }

  /** Writes a pack with this reason, and resolves when every gate refuses with it. */
  async enforces(reason: string): Promise<void> {
    await eventually('the pack is taken', () => this.apply([pack(reason)]).catch(() => undefined), 30_000);
    await eventually(
      `every gate refuses with "${reason}"`,
      async () => {
        const pods = await this.pods();
        const said = await Promise.all(pods.map(({ address }) => this.#refusal(address)));
        return said.length > 0 && said.every((text) => text.includes(reason));
      },
      READY_LIMIT_MS,
    );
  }

  /** What the gate of one pod says of the tool that is forbidden. */
  async #refusal(address: string): Promise<string> {
    const wire = new Wire({ address, keepsConnections: false });
    try {
      const client = await openClient(
        'v2 modern',
        `http://${SERVER}.${NAMESPACE}.svc:${SIDECAR_PORT}/mcp`,
        TOKEN,
        wire,
      );
      return await client.call('danger', {}, '0'.repeat(31) + '1').catch(String);
    } catch (error) {
      return `no answer: ${String(error)}`;
    } finally {
      await wire.close();
    }
  }

  /** Of the pods, which are all alike. */
  async gateImage(): Promise<string> {
    const path = '-o=jsonpath={.items[*].spec.initContainers[0].image}';
    const [image = '', ...others] = new Set(
      (await this.kubectl('get', 'pods', '-l', `app=${SERVER}`, path)).split(' '),
    );
    if (others.length > 0) throw new Error(`pods have gates of several images: ${image}, ${others.join(', ')}`);
    return image;
  }

  /** As `kubectl drain` does it; asks again while the disruption budget forbids. */
  async evict(pod: string): Promise<void> {
    const path = `/api/v1/namespaces/${NAMESPACE}/pods/${pod}/eviction`;
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: NAMESPACE } };
    const args = ['create', '--raw', path, '-f', '-'];
    await eventually(
      `${pod} is evicted`,
      () => kubectl(this.#kubeconfig, args, JSON.stringify(eviction)).catch(() => undefined),
      READY_LIMIT_MS,
    );
  }

  /** Asks for a pod of the server, which is admitted and then not made; resolves with the names of its containers. */
  async tryPod(): Promise<string> {
    const { template } = deployment() as { template: object };
    const pod = { apiVersion: 'v1', kind: 'Pod', ...template };
    const named = { ...pod, metadata: { name: 'tried', namespace: NAMESPACE, labels: LABELS } };
    const args = ['create', '--dry-run=server', '-f', '-', '-o', 'jsonpath={.spec.initContainers[*].name}'];
    return kubectl(this.#kubeconfig, args, JSON.stringify(named));
  }

  get operatorNamespace(): string {
    return ROOT_NAMESPACE;
  }

  async operatorPods(): Promise<string[]> {
    const names = await this.operator('get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}');
    return names.split(' ').filter((name) => name !== '');
  }

  /** The replica of the operator that leads: who it says it is, and its pod. */
  async leader(): Promise<{ identity: string; pod: string }> {
    const identity = await this.operator('get', 'lease', 'sallyport-operator', '-o', 'jsonpath={.spec.holderIdentity}');
    return { identity, pod: identity.split('_')[0] ?? '' };
  }

  /** Clients of every kind on both ways. */
  async load(seed: number): Promise<Load> {
    const addressOf = (name: string): Promise<string> =>
      this.kubectl('get', 'service', name, '-o', 'jsonpath={.spec.clusterIP}');
    const [gated, direct, sticky] = await Promise.all([addressOf(SERVER), addressOf('direct'), addressOf('sticky')]);
    const clients = KINDS.flatMap((kind) =>
      [true, false].flatMap((keepsConnections): LoadClient[] => {
        const isModern = kind === 'v2 modern';
        const common = { kind, keepsConnections, token: TOKEN };
        const url = (name: string): string => `http://${name}.${NAMESPACE}.svc/mcp`;
        return [
          { ...common, group: 'gated', url: url(SERVER), address: gated, forbidden: 'danger' },
          // Without a gate a session is known to one pod only, so its client has to come back to that one.
          { ...common, group: 'direct', url: url('direct'), address: isModern ? direct : sticky },
        ];
      }),
    );
    return Load.start({ seed, clients });
  }

  async remove(): Promise<void> {
    await kubectl(this.#kubeconfig, ['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--timeout=90s']);
    for (const chart of ['sallyport', 'sallyport-crds']) {
      await helm(this.#kubeconfig, ['uninstall', chart, '--namespace', ROOT_NAMESPACE, '--ignore-not-found', '--wait']);
    }
  }
}
