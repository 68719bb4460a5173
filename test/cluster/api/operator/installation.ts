/**
 * The whole operator on an API server of its own: installed by the chart, with the rights that the chart gives it, and reached by
 * the API server through the chart's own Service and webhook configurations. Only its process is the test's.
 */
import { networkInterfaces } from 'node:os';
import { parse } from 'yaml';
import { ApiClient } from '../../../../operator/kit/api-client.ts';
import { defineResource, type RawObject } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { eventually } from '../../../support/eventually.ts';
import { freePort } from '../../../support/ports.ts';
import { startOperator, type TestOperator } from '../../support/operator.ts';
import { toolVersion } from '../../tools.ts';
import { ChartCluster, NAMESPACE, OPERATOR } from '../chart/release.ts';
import { Bench } from './bench.ts';

/** The chart's name for the Service, and for the ConfigMap with the configuration. */
const SERVICE = 'sallyport-operator';
/** Nothing routes the addresses of Services here: with this the API server goes to the endpoints themselves. */
const TO_ENDPOINTS = '--enable-aggregator-routing=true';
const ENDPOINTS = defineResource('v1', 'Endpoints', 'endpoints');
const READY_WITHIN_MS = 30_000;

export interface ReplicaOptions {
  /** Replicas of one name have the same ports, one after the other. */
  readonly name?: string;
  readonly kubeconfig?: string;
  /** Fields of its configuration. */
  readonly config?: object;
  /** Default: waits until it is. */
  readonly ready?: boolean;
}

interface Ports {
  readonly webhook: number;
  readonly sidecars: number;
  readonly metrics: number;
}

export class Installation extends Bench {
  readonly cluster: ChartCluster;
  /** Of a user with the rights of the operator's ServiceAccount. */
  readonly operatorKubeconfig: string;
  readonly #ports = new Map<string, Ports>();
  readonly #running = new Map<TestOperator, string>();
  /** Replicas that the Service leads to. */
  readonly #leading = new Map<string, Ports>();

  /** As the chart wrote it. */
  readonly #config: object;

  private constructor(cluster: ChartCluster, admin: ApiClient, operatorKubeconfig: string, config: object) {
    super(admin, cluster.server.kubeconfig);
    this.cluster = cluster;
    this.operatorKubeconfig = operatorKubeconfig;
    this.#config = config;
  }

  /** `namespaces` are there before the chart is. */
  static async start(values: object = {}, namespaces: readonly string[] = []): Promise<Installation> {
    const cluster = await ChartCluster.start({ extraFlags: [TO_ENDPOINTS] });
    try {
      for (const name of namespaces) await cluster.kubectl('create', 'namespace', name);
      await cluster.install(values);
      const admin = await ApiClient.fromKubeConfig({ fieldManager: 'test', kubeconfig: cluster.server.kubeconfig });
      const { data } = await admin.get(RESOURCES.ConfigMap, { namespace: NAMESPACE, name: SERVICE });
      const config = parse((data as Record<string, string>)['operator.yaml'] ?? '') as object;
      return new Installation(cluster, admin, await cluster.server.userKubeconfig(OPERATOR), config);
    } catch (error) {
      await cluster.server.stop();
      throw error;
    }
  }

  get root(): string {
    return NAMESPACE;
  }

  async replica({ name = 'a', kubeconfig, config = {}, ready = true }: ReplicaOptions = {}): Promise<TestOperator> {
    const ports = this.#ports.get(name) ?? {
      webhook: await freePort(),
      sidecars: await freePort(),
      metrics: await freePort(),
    };
    this.#ports.set(name, ports);
    await this.#leadTo(name, ports);
    const operator = await startOperator(kubeconfig ?? this.operatorKubeconfig, NAMESPACE, {
      ...this.#config,
      ports,
      ...config,
    });
    this.#running.set(operator, name);
    if (ready) await this.isReady(operator);
    return operator;
  }

  async isReady(operator: TestOperator): Promise<void> {
    let last: unknown;
    const ask = async (): Promise<boolean> => {
      const answer = await operator.readyz().catch(() => undefined);
      last = answer;
      return answer?.ready === true;
    };
    await eventually('the operator is ready', ask, READY_WITHIN_MS).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(last)}`);
    });
  }

  /** As when its pod is deleted: nothing leads to it any more. */
  async stop(operator: TestOperator): Promise<void> {
    const name = this.#running.get(operator);
    this.#running.delete(operator);
    await this.client.delete(RESOURCES.EndpointSlice, { namespace: NAMESPACE, name: `${SERVICE}-${name}` });
    if (name !== undefined) this.#leading.delete(name);
    await this.#writeEndpoints();
    await operator.stop();
  }

  /** Every replica gone, and what a test made, so that the next one finds nothing to do. */
  async clear(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((operator) => this.stop(operator)));
    const { MCPServer, PolicyPack } = CUSTOM_RESOURCES;
    const { Pod, Service, Deployment } = RESOURCES;
    for (const resource of [MCPServer, PolicyPack, Pod, Service, Deployment]) {
      for (const { metadata } of (await this.client.list<RawObject>(resource)).items) {
        const { namespace = '', name } = metadata;
        if (namespace.startsWith('finance-') || resource === PolicyPack)
          await this.client.delete(resource, { namespace, name });
      }
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#running.keys()].map((operator) => operator.stop()));
    await this.client.close();
    await this.cluster.server.stop();
  }

  /** Up to 1.32 an API server that asks a webhook looks for these, and not for EndpointSlices. */
  async #writeEndpoints(): Promise<void> {
    if (Number(toolVersion('kube-apiserver').split('.')[1]) > 32) return;
    const subsets = [...this.#leading.values()].map((ports) => ({
      addresses: [{ ip: ownAddress() }],
      ports: Object.entries(ports).map(([name, port]: [string, number]) => ({ name, port, protocol: 'TCP' })),
    }));
    await this.client.apply(ENDPOINTS, { metadata: { namespace: NAMESPACE, name: SERVICE }, subsets });
  }

  /** What a controller makes of a ready pod. */
  async #leadTo(name: string, ports: Ports): Promise<void> {
    await this.client.apply(RESOURCES.EndpointSlice, {
      metadata: {
        namespace: NAMESPACE,
        name: `${SERVICE}-${name}`,
        labels: { 'kubernetes.io/service-name': SERVICE },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: [ownAddress()], conditions: { ready: true } }],
      ports: Object.entries(ports).map(([port, number]) => ({ name: port, port: number, protocol: 'TCP' })),
    });
    this.#leading.set(name, ports);
    await this.#writeEndpoints();
  }
}

/** Endpoints on loopback are refused by the API server. */
function ownAddress(): string {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((candidate) => candidate?.family === 'IPv4' && !candidate.internal)?.address;
  if (address === undefined)
    throw new Error('this machine has no IPv4 address besides loopback, and endpoints need one');
  return address;
}
