/** Objects to the API server without kubectl in between: a thousand of them take seconds, and nothing is checked before it. */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import { API_VERSION } from '../../../../core/api/common.ts';
import { CRD_KINDS } from '../../../../core/api/crd/kinds.ts';

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

export interface ApiAnswer {
  status: number;
  body: Record<string, unknown>;
}

export interface CustomObject {
  kind: keyof typeof CRD_KINDS;
  metadata?: { name?: string; [field: string]: unknown };
  [field: string]: unknown;
}

export class RawApi {
  readonly #agent: Agent;
  readonly #server: string;

  /** The test server's kubeconfig is JSON. */
  constructor(kubeconfig: string) {
    const { clusters, users } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
    const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
    if (cluster === undefined || user === undefined) throw new Error(`${kubeconfig} names no cluster or no user`);
    const pem = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
    this.#server = cluster.server;
    this.#agent = new Agent({
      connections: 4,
      connect: {
        ca: pem(cluster['certificate-authority-data']),
        cert: pem(user['client-certificate-data']),
        key: pem(user['client-key-data']),
      },
    });
  }

  /** A namespace of the test's own. */
  async namespace(): Promise<string> {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { generateName: 'crds-' } };
    const { body } = await this.#send('POST', '/api/v1/namespaces', object);
    return (body as { metadata: { name: string } }).metadata.name;
  }

  /** Whether it would be created; unknown fields are dropped in silence, as for a client that does not ask. */
  dryRun(namespace: string, object: CustomObject): Promise<ApiAnswer> {
    return this.#send('POST', `${collection(namespace, object)}?dryRun=All&fieldValidation=Ignore`, object);
  }

  create(namespace: string, object: CustomObject): Promise<ApiAnswer> {
    return this.#send('POST', collection(namespace, object), object);
  }

  /** A merge patch; `/status` after the name reaches the status alone. */
  patch(namespace: string, object: CustomObject, patch: object, subresource = ''): Promise<ApiAnswer> {
    const path = `${collection(namespace, object)}/${object.metadata?.name}${subresource}`;
    return this.#send('PATCH', path, patch, 'application/merge-patch+json');
  }

  /** Writes a status; throws what the API server has against it. */
  async setStatus(namespace: string, object: CustomObject, status: object): Promise<void> {
    const answer = await this.patch(namespace, object, { status }, '/status');
    if (answer.status !== 200) throw new Error(messageOf(answer));
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async #send(method: 'POST' | 'PATCH', path: string, body: object, type = 'application/json'): Promise<ApiAnswer> {
    const answer = await request(`${this.#server}${path}`, {
      dispatcher: this.#agent,
      method,
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  }
}

export function messageOf({ status, body }: ApiAnswer): string {
  return status < 400 ? 'accepted' : String(body['message']);
}

function collection(namespace: string, { kind }: CustomObject): string {
  return `/apis/${API_VERSION}/namespaces/${namespace}/${CRD_KINDS[kind].plural}`;
}
