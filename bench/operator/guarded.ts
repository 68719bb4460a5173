/** A node with the shipped charts installed and the shipped example behind its gate, as the README has it. */
import { join } from 'node:path';
import { ApiClient } from '../../operator/kit/api-client.ts';
import type { RawObject } from '../../operator/kit/resource.ts';
import { RESOURCES } from '../../operator/kit/kubernetes-resources.ts';
import { helm } from '../../test/cluster/helm.ts';
import type { ClusterNode } from '../../test/cluster/node.ts';
import { startNodeWithImages } from '../../test/cluster/node-with-images.ts';
import { Session, type SessionOptions } from './session.ts';

const ROOT = join(import.meta.dirname, '..', '..');
export const ROOT_NAMESPACE = 'sallyport-system';
export const NAMESPACE = 'mcp-demo';
export const SERVER = 'everything';
/** Of examples/kubernetes/clients.yaml. */
const TOKEN = 'sallyport_example-only-use-it-nowhere-else';
const FILES = ['namespace', 'clients', 'mcpserver', 'policypack', 'server'];

export class GuardedNode {
  readonly node: ClusterNode;
  /** With all rights. */
  readonly client: ApiClient;
  readonly #sessions: Session[] = [];

  private constructor(node: ClusterNode, client: ApiClient) {
    this.node = node;
    this.client = client;
  }

  static async start(): Promise<GuardedNode> {
    const node = await startNodeWithImages();
    try {
      const chart = (name: string): string => join(ROOT, 'charts', name);
      await helm(node.kubeconfig, ['install', 'sallyport-crds', chart('sallyport-crds')]);
      const where = ['--namespace', ROOT_NAMESPACE, '--create-namespace', '--wait'];
      await helm(node.kubeconfig, ['install', 'sallyport', chart('sallyport'), ...where]);
      for (const file of FILES) {
        await node.kubectl(['apply', '-f', join(ROOT, 'examples', 'kubernetes', `${file}.yaml`)]);
      }
      const client = await ApiClient.fromKubeConfig({ kubeconfig: node.kubeconfig, fieldManager: 'sallyport-bench' });
      const guarded = new GuardedNode(node, client);
      await guarded.untilReady();
      return guarded;
    } catch (error) {
      await node.stop();
      throw error;
    }
  }

  kubectl(...args: string[]): Promise<string> {
    return this.node.kubectl(['-n', NAMESPACE, ...args]);
  }

  async untilReady(): Promise<void> {
    await this.kubectl('rollout', 'status', `deployment/${SERVER}`, '--timeout=60s');
    await this.kubectl('wait', '--for=condition=Ready', `mcpserver/${SERVER}`, '--timeout=60s');
  }

  /** The one pod of the server. */
  async pod(): Promise<RawObject> {
    const { items } = await this.client.list(RESOURCES.Pod, { namespace: NAMESPACE, labelSelector: `app=${SERVER}` });
    const [pod, ...more] = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    if (pod === undefined || more.length > 0)
      throw new Error(`expected one pod of ${SERVER}, found ${more.length + 1}`);
    return pod;
  }

  /** The address of the Service that the operator made, and the name that the gate expects to be called by. */
  async endpoint(): Promise<SessionOptions> {
    const { spec } = await this.client.get(RESOURCES.Service, { namespace: NAMESPACE, name: SERVER });
    return { origin: `http://${String(spec?.['clusterIP'])}`, host: `${SERVER}.${NAMESPACE}.svc`, token: TOKEN };
  }

  async session(): Promise<Session> {
    const session = await Session.open(await this.endpoint());
    this.#sessions.push(session);
    return session;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
    await this.client.close();
    await this.node.stop();
  }
}
