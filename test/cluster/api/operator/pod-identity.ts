/** A pod with a gate and the token that its kubelet would give it; and requests to the operator with it. */
import { request } from 'node:https';
import type { Ref } from '../../../../operator/kit/resource.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import { OPERATOR_CA_KEY, policyConfigMapName, TOKEN_AUDIENCE } from '../../../../operator/names.ts';
import type { TestOperator } from '../../support/operator.ts';
import { podObject, soon } from './bench.ts';
import type { Installation } from './installation.ts';

export interface GatedPod {
  readonly namespace: string;
  readonly ref: Ref;
  readonly token: string;
  /** Of the policy that its server wants. */
  readonly revision: string;
  readonly operatorCa: string;
}

export interface TokenOptions {
  readonly audience?: string;
  /** Pod that it is bound to; null: none. */
  readonly boundTo?: string | null;
}

/** Calls that wait for a person. */
const HELD = [
  { name: 'transfer', names: ['transfer'], effect: 'RequireApproval', reason: 'transfers need a second person' },
  { name: 'soon', names: ['soon'], effect: 'RequireApproval', approval: { expires: '10s' } },
];

/** In a namespace of its own: a pack that holds calls, an MCPServer `ledger` and a pod that the webhook gave a gate to. */
export async function gatedPod(on: Installation, name = 'ledger-1', namespace?: string): Promise<GatedPod> {
  const ns = namespace ?? (await on.namespace({ 'sallyport.dev/injection': 'enabled' }));
  if (namespace === undefined) {
    await on.pack(ns, 'payments', { tools: HELD });
    await on.server(ns);
  }
  await on.reason({ namespace: ns, name: 'ledger' }, 'PolicyAccepted', 'Compiled');
  await on.kubectl(['create', '-f', '-'], podObject(ns, { name }));
  return {
    namespace: ns,
    ref: { namespace: ns, name },
    token: await tokenOf(on, ns, { boundTo: name }),
    revision: await on.revision({ namespace: ns, name: 'ledger' }),
    operatorCa: await operatorCa(on, ns),
  };
}

/** A TokenRequest, as the kubelet makes one for a projected volume; nobody else gets one for the operator. */
export async function tokenOf(on: Installation, namespace: string, options: TokenOptions = {}): Promise<string> {
  const { audience = TOKEN_AUDIENCE, boundTo = null } = options;
  const bound =
    boundTo === null
      ? []
      : [
          '--bound-object-kind=Pod',
          `--bound-object-name=${boundTo}`,
          `--bound-object-uid=${(await on.client.get(RESOURCES.Pod, { namespace, name: boundTo })).metadata.uid}`,
        ];
  const args = ['-n', namespace, 'create', 'token', 'default', `--audience=${audience}`, '--duration=1h', ...bound];
  return (await on.cluster.as('kubelet', ['system:nodes', 'system:masters'], args)).trim();
}

export function operatorCa(on: Installation, namespace: string): Promise<string> {
  return soon(async () => {
    const ref = { namespace, name: policyConfigMapName('ledger') };
    const { data } = await on.client.get(RESOURCES.ConfigMap, ref);
    return (data as Record<string, string>)[OPERATOR_CA_KEY] ?? '';
  });
}

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Question {
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  /** As it is where it is a string. */
  readonly body?: object | string;
  readonly token?: string | undefined;
}

/** By the name that its certificate is for; the address is what DNS would say. */
export function ask(operator: TestOperator, ca: string, question: Question): Promise<Answer> {
  const { method = 'POST', path, body = {}, token } = question;
  const { config } = operator;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: config.ports.sidecars,
        servername: `${config.serviceName}.${config.namespace}.svc`,
        ca,
        method,
        path,
        agent: false,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) });
        });
      },
    );
    sent.on('error', reject);
    sent.end(method === 'GET' ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  });
}
