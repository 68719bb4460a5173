/** What the tests of the whole operator share. There is no kubelet here, so they write what a kubelet and a sidecar would. */
import { vi } from 'vitest';
import { bundleFile } from '../../../../core/policy/bundle-versions.ts';
import type { ApiClient } from '../../../../operator/kit/api-client.ts';
import type { KubeObject, RawObject, Ref, Resource } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { ANNOTATION, POD_CONDITION, policyConfigMapName } from '../../../../operator/names.ts';
import { kubectl } from '../../api-server.ts';

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
}

export interface PodInput {
  readonly name?: string;
  readonly labels?: Record<string, string>;
  /** The server whose gate it carries, as the webhook would have written it. */
  readonly gateOf?: string;
  readonly ports?: readonly object[];
  /** Containers beside that of the server. */
  readonly more?: readonly object[];
}

/** Tries until it does not throw. */
export function soon<T>(check: () => Promise<T>, timeout = 15_000): Promise<T> {
  return vi.waitFor(check, { timeout, interval: 25 });
}

export function conditionsOf(object: RawObject): readonly Condition[] {
  return (object.status?.['conditions'] ?? []) as Condition[];
}

export class Bench {
  /** With all rights. */
  readonly client: ApiClient;
  readonly #kubeconfig: string;

  constructor(client: ApiClient, kubeconfig: string) {
    this.client = client;
    this.#kubeconfig = kubeconfig;
  }

  kubectl(args: readonly string[], input?: object): Promise<string> {
    return kubectl(this.#kubeconfig, args, input === undefined ? undefined : JSON.stringify(input));
  }

  /** What kubectl says when it is refused. */
  async refusal(args: readonly string[], input?: object): Promise<string> {
    const answer = await this.kubectl(args, input).then(
      (output) => ({ output }),
      (error: Error) => error.message,
    );
    if (typeof answer === 'string') return answer;
    throw new Error(`it was not refused: ${answer.output}`);
  }

  async namespace(labels: Record<string, string> = {}): Promise<string> {
    const { metadata } = await this.client.create(RESOURCES.Namespace, {
      metadata: { generateName: 'finance-', labels },
    });
    // Made by the controller manager elsewhere.
    await this.client.create(RESOURCES.ServiceAccount, { metadata: { namespace: metadata.name, name: 'default' } });
    return metadata.name;
  }

  async server(namespace: string, name = 'ledger', spec: object = {}): Promise<Ref> {
    const workload = { selector: { matchLabels: { app: 'ledger' } }, port: 'mcp' };
    const object = { metadata: { namespace, name }, spec: { workload, ...spec } };
    await this.client.create(CUSTOM_RESOURCES.MCPServer, object);
    return { namespace, name };
  }

  async pack(namespace: string, name = 'payments', spec: object = {}): Promise<Ref> {
    const object = { metadata: { namespace, name }, spec: { tools: [{ names: ['get_*'], effect: 'Allow' }], ...spec } };
    await this.client.create(CUSTOM_RESOURCES.PolicyPack, object);
    return { namespace, name };
  }

  /** As a kubelet runs it. */
  async pod(namespace: string, input: PodInput = {}): Promise<Ref> {
    const { name = 'ledger-1' } = input;
    await this.client.create(RESOURCES.Pod, podObject(namespace, input));
    const status = { phase: 'Running', podIP: '127.0.0.1', conditions: [{ type: 'Ready', status: 'True' }] };
    await this.client.strategicPatch(RESOURCES.Pod, { namespace, name }, { status }, { subresource: 'status' });
    return { namespace, name };
  }

  /** As the sidecar API writes down what a sidecar reports. */
  async says(pod: Ref, type: string, status: string, message: string): Promise<void> {
    const conditions = [{ type, status, reason: 'Said', message }];
    await this.client.strategicPatch(RESOURCES.Pod, pod, { status: { conditions } }, { subresource: 'status' });
  }

  /** The pod enforces what it was asked to. */
  async enforces(pod: Ref): Promise<void> {
    await soon(async () => {
      const revision = (await this.client.get(RESOURCES.Pod, pod)).metadata.annotations?.[ANNOTATION.revision];
      if (revision === undefined) throw new Error(`${pod.name} was not asked yet`);
      await this.says(pod, POD_CONDITION.enforced, 'True', revision);
    });
  }

  async condition(
    ref: Ref,
    type: string,
    resource: Resource<RawObject> = CUSTOM_RESOURCES.MCPServer,
  ): Promise<Condition> {
    const found = conditionsOf(await this.client.get(resource, ref)).find((one) => one.type === type);
    if (found === undefined) throw new Error(`${ref.name} has no condition ${type} yet`);
    return found;
  }

  /** Waits for a condition to have a reason, and gives it. */
  async reason(ref: Ref, type: string, wanted: string, resource: Resource<RawObject> = CUSTOM_RESOURCES.MCPServer) {
    return soon(async () => {
      const found = await this.condition(ref, type, resource);
      if (found.reason !== wanted) throw new Error(`it is ${found.reason}: ${found.message}`);
      return found;
    });
  }

  /** Of the policy that a server wants. */
  async revision(server: Ref): Promise<string> {
    const { status } = await this.client.get(CUSTOM_RESOURCES.MCPServer, server);
    const { revision = '' } = (status?.['policy'] ?? {}) as { revision?: string };
    return revision;
  }

  async bundleText(namespace: string, server = 'ledger'): Promise<string> {
    const { data } = await this.client.get(RESOURCES.ConfigMap, { namespace, name: policyConfigMapName(server) });
    return (data as Record<string, string>)[bundleFile(1)] ?? '';
  }
}

export function podObject(namespace: string, input: PodInput = {}) {
  const { name = 'ledger-1', labels = { app: 'ledger' }, gateOf } = input;
  const ports = input.ports ?? [gateOf === undefined ? { name: 'mcp', containerPort: 9000 } : { containerPort: 9000 }];
  const moved = [{ container: 'app', port: 9000, name: 'mcp' }];
  const record = { version: '0', image: 'x', settings: 'x', container: 'app', port: 9000, moved };
  const sidecar = {
    name: 'sallyport',
    image: 'sallyport-sidecar:test',
    restartPolicy: 'Always',
    ports: [{ name: 'mcp', containerPort: 8484 }],
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name,
      labels,
      ...(gateOf === undefined
        ? {}
        : { annotations: { [ANNOTATION.server]: gateOf, [ANNOTATION.injected]: JSON.stringify(record) } }),
    },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: 'app', image: 'ledger:1', ports }, ...(input.more ?? [])],
      ...(gateOf === undefined ? {} : { initContainers: [sidecar] }),
    },
  } as KubeObject & { spec: object };
}
