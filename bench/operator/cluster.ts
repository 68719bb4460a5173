/** A real API server with the chart installed, whose webhooks lead to an operator on this machine instead of to pods. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ApiClient } from '../../operator/kit/api-client.ts';
import type { RawObject } from '../../operator/kit/resource.ts';
import { RESOURCES } from '../../operator/kit/kubernetes-resources.ts';
import { INSTALLED_KEY } from '../../operator/names.ts';
import { type ApiServer, startApiServer } from '../../test/cluster/api-server.ts';
import { helm } from '../../test/cluster/helm.ts';
import { installCrds } from '../../test/cluster/shared-api-server.ts';
import { scratchFolder } from '../../test/cluster/support/scratch.ts';
import { buildOperator, OperatorProcess, operatorPorts, type Ports } from './process.ts';

const CHART = join(import.meta.dirname, '..', '..', 'charts', 'sallyport');
/** Also the root namespace, whose packs reach all others. */
export const NAMESPACE = 'sallyport-system';
const OPERATOR = 'sallyport-operator';

export class BenchCluster {
  readonly server: ApiServer;
  /** With all rights. */
  readonly client: ApiClient;
  readonly #folder: string;
  readonly #script: string;

  private constructor(server: ApiServer, client: ApiClient, folder: string, script: string) {
    this.server = server;
    this.client = client;
    this.#folder = folder;
    this.#script = script;
  }

  /** With our kinds, and nothing else of ours: webhooks that nobody answers would keep objects out. */
  static async start(): Promise<BenchCluster> {
    const folder = scratchFolder();
    const script = await buildOperator(folder);
    const server = await startApiServer();
    try {
      await installCrds(server.kubeconfig);
      const client = await ApiClient.fromKubeConfig({ kubeconfig: server.kubeconfig, fieldManager: 'sallyport-bench' });
      await client.create(RESOURCES.Namespace, { metadata: { name: NAMESPACE } });
      return new BenchCluster(server, client, folder, script);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Gives what starts an operator with the configuration and the rights that the chart gives it. */
  async installChart(): Promise<() => OperatorProcess> {
    const ports = await operatorPorts();
    const start = await this.installReplicas(ports.webhook);
    return () => start('operator', ports);
  }

  /** The same for several of them; `port` is where the API server asks, and something has to lead from there to one that is ready. */
  async installReplicas(port: number): Promise<(name: string, ports: Ports) => OperatorProcess> {
    await helm(this.server.kubeconfig, ['install', 'sallyport', CHART, '--namespace', NAMESPACE]);
    await this.#leadWebhooksTo(port);
    const { data } = await this.client.get(RESOURCES.ConfigMap, { namespace: NAMESPACE, name: OPERATOR });
    const kubeconfig = await this.server.userKubeconfig(`system:serviceaccount:${NAMESPACE}:${OPERATOR}`);
    const config = data?.['operator.yaml'] ?? '';
    return (name, ports) => {
      return new OperatorProcess(this.#script, { name, folder: this.#folder, kubeconfig, config, ports });
    };
  }

  /**
   * With the name and the rights of the garbage collector, which does not run here: it alone may delete what the operator owns, and
   * the bench does in its place what it would.
   */
  async collector(): Promise<ApiClient> {
    const kubeconfig = await this.server.userKubeconfig('system:serviceaccount:kube-system:generic-garbage-collector');
    return ApiClient.fromKubeConfig({ kubeconfig, fieldManager: 'sallyport-bench' });
  }

  /** An API server asks a webhook behind a Service of type ExternalName at that name, and expects the certificate of the Service. */
  async #leadWebhooksTo(port: number): Promise<void> {
    const service = { namespace: NAMESPACE, name: OPERATOR };
    await this.client.delete(RESOURCES.Service, service);
    await this.client.create(RESOURCES.Service, {
      metadata: service,
      spec: { type: 'ExternalName', externalName: 'localhost' },
    });
    for (const [resource, name] of [
      [RESOURCES.MutatingWebhookConfiguration, 'sallyport-injector'],
      [RESOURCES.ValidatingWebhookConfiguration, 'sallyport-validator'],
    ] as const) {
      const configuration = await this.client.get(resource, { name });
      for (const { clientConfig } of configuration['webhooks'] as { clientConfig: { service: { port: number } } }[]) {
        clientConfig.service.port = port;
      }
      await this.client.replace(resource, configuration);
    }
    // The operator holds its webhooks to what the chart says of them, so the chart has to say this.
    const chart = { namespace: NAMESPACE, name: OPERATOR };
    const { data } = await this.client.get(RESOURCES.ConfigMap, chart);
    const said = (data?.[INSTALLED_KEY] ?? '').replaceAll('port: 443', `port: ${port}`);
    await this.client.mergePatch(RESOURCES.ConfigMap, chart, { data: { [INSTALLED_KEY]: said } });
  }

  /** Where the API server was told to ask, and whom to trust there. */
  async injector(): Promise<{ readonly port: number; readonly ca: string; readonly servername: string }> {
    const found = await this.client.get(RESOURCES.MutatingWebhookConfiguration, { name: 'sallyport-injector' });
    const [webhook] = found['webhooks'] as { clientConfig: { caBundle: string; service: { port: number } } }[];
    if (webhook === undefined) throw new Error('sallyport-injector has no webhook');
    const { caBundle, service } = webhook.clientConfig;
    const servername = `${OPERATOR}.${NAMESPACE}.svc`;
    return { port: service.port, ca: Buffer.from(caBundle, 'base64').toString(), servername };
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.server.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const WORKERS = 16;

/** Writes many objects as several clients would. */
export async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items[Symbol.iterator]();
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      for (let next = queue.next(); next.done !== true; next = queue.next()) await work(next.value);
    }),
  );
}

/** Each pack somewhere among the servers: the order of a large `kubectl apply`. */
export function interleave(servers: readonly RawObject[], packs: readonly RawObject[]): RawObject[] {
  const every = Math.ceil(servers.length / packs.length);
  return servers.flatMap((server, i) => {
    const pack = i % every === 0 ? packs[i / every] : undefined;
    return pack === undefined ? [server] : [server, pack];
  });
}
