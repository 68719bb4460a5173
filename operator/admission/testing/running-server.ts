/** An admission server on loopback with certificates of its own, and a client that trusts it. */
import https from 'node:https';
import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { SYSTEM_CLOCK } from '../../kit/clock.ts';
import { issueAuthority, issueServing } from '../../tls/authority.ts';
import type { ServingMaterial } from '../../tls/certificates.ts';
import { AdmissionMetrics } from '../metrics.ts';
import type { AdmissionHandler, AdmissionRequest } from '../review.ts';
import { AdmissionServer } from '../server.ts';

/** Certificates that change when a test says so. */
export class TestCertificates {
  #authority = issueAuthority(Date.now());
  #material = this.#issue(this.#authority.cert);
  readonly #listeners = new Set<(material: ServingMaterial) => void>();

  current(): ServingMaterial {
    return this.#material;
  }

  onChange(listener: (material: ServingMaterial) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Another authority signs from now on; both are in the bundle. */
  rotate(): void {
    const former = this.#authority.cert;
    this.#authority = issueAuthority(Date.now());
    this.#material = this.#issue(this.#authority.cert + former);
    for (const listener of this.#listeners) listener(this.#material);
  }

  #issue(caBundle: string): ServingMaterial {
    return { ...issueServing(this.#authority, ['localhost'], Date.now()), caBundle };
  }
}

export interface RunningServer {
  readonly url: string;
  readonly server: AdmissionServer;
  readonly registry: Registry;
  readonly certificates: TestCertificates;
  post(path: string, body: string | Buffer | object, options?: Options): Promise<Reply>;
  /** As the operator ends. */
  close(): Promise<void>;
}

interface Options extends https.RequestOptions {
  headers?: Record<string, string | number>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export async function startAdmission(
  handlers: ReadonlyMap<string, AdmissionHandler>,
  {
    log = pino({ level: 'silent' }),
    port = 0,
    fallen,
  }: { readonly log?: Logger; readonly port?: number; readonly fallen?: () => string | undefined } = {},
): Promise<RunningServer> {
  const certificates = new TestCertificates();
  const registry = new Registry();
  const metrics = new AdmissionMetrics(registry);
  const server = new AdmissionServer({
    port,
    host: '127.0.0.1',
    handlers,
    certificates,
    metrics,
    clock: SYSTEM_CLOCK,
    log,
    fallen,
  });
  const stop = new AbortController();
  const ended = server.start(stop.signal);
  await Promise.race([server.ready, ended]);
  const agent = new https.Agent({ keepAlive: true });
  return {
    url: `https://localhost:${server.port}`,
    server,
    registry,
    certificates,
    post: (path, body, options = {}) =>
      send(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body), {
        port: server.port,
        path,
        agent,
        ca: certificates.current().caBundle,
        ...options,
      }),
    async close() {
      stop.abort();
      agent.destroy();
      await ended;
    },
  };
}

function send(body: string | Buffer, options: Options): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...options.headers };
    const request = https.request(
      { host: '127.0.0.1', servername: 'localhost', method: 'POST', ...options, headers },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** A review as the API server sends it; a test says what matters. */
export function reviewOf(request: Partial<AdmissionRequest> = {}): object {
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request: requestOf(request) };
}

export function requestOf(request: Partial<AdmissionRequest> = {}): AdmissionRequest {
  return {
    uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    namespace: 'finance',
    operation: 'CREATE',
    ...request,
  };
}
