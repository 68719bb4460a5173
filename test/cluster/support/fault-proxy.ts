/**
 * Stands between a client and a real API server and does what networks and overloaded servers do: an error, no answer, a
 * connection cut in the middle of a line, silence, bytes that drip. The API server itself stays the real one.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'yaml';
import { scratchFolder } from './scratch.ts';

export type Fault =
  /** This instead of the server's answer. */
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: OutgoingHttpHeaders; readonly body?: string }
  /** The request arrives nowhere and no answer comes. */
  | { readonly kind: 'hang' }
  /** The connection is closed before any answer. */
  | { readonly kind: 'reset' }
  /** The request is carried out, but the connection is closed before the answer. */
  | { readonly kind: 'lost' }
  /** The answer ends after so many bytes with the connection. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** After so many bytes nothing comes any more, and the connection stays. */
  | { readonly kind: 'silence'; readonly afterBytes: number }
  /** The answer comes in pieces of so many bytes. */
  | { readonly kind: 'drip'; readonly bytes: number }
  /** These lines come first in the answer. */
  | { readonly kind: 'say'; readonly lines: readonly string[]; readonly thenEnd?: boolean };

export interface Seen {
  readonly method: string;
  readonly url: URL;
}

interface Plan {
  readonly matches: (seen: Seen) => boolean;
  readonly fault: Fault;
  times: number;
}

export class FaultProxy {
  /** For clients that shall go through it; the rights are those of the kubeconfig it was started with. */
  readonly kubeconfig: string;
  readonly requests: Seen[] = [];
  /** How many connections clients have opened. */
  connections = 0;
  readonly #plans: Plan[] = [];
  readonly #folder = scratchFolder();
  readonly #server = createServer((req, res) => this.#serve(req, res));
  readonly #target: { readonly url: URL; readonly agent: Agent };

  private constructor(kubeconfig: string) {
    const [cluster] = parse(readFileSync(kubeconfig, 'utf8')).clusters;
    const [user] = parse(readFileSync(kubeconfig, 'utf8')).users;
    const pem = (base64: string): Buffer => Buffer.from(base64, 'base64');
    this.#target = {
      url: new URL(cluster.cluster.server),
      agent: new Agent({
        ca: pem(cluster.cluster['certificate-authority-data']),
        cert: pem(user.user['client-certificate-data']),
        key: pem(user.user['client-key-data']),
      }),
    };
    this.kubeconfig = join(this.#folder, 'kubeconfig');
  }

  static async start(kubeconfig: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(kubeconfig);
    proxy.#server.on('connection', () => (proxy.connections += 1));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.#server.address() as AddressInfo;
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      // Without TLS, so that faults can be set into the bytes; client-node wants to hear that this is meant.
      clusters: [{ name: 'faulty', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'faulty', user: {} }],
      contexts: [{ name: 'faulty', context: { cluster: 'faulty', user: 'faulty' } }],
      'current-context': 'faulty',
    };
    writeFileSync(proxy.kubeconfig, JSON.stringify(config));
    return proxy;
  }

  /** The next `times` requests that match get this; the first plan that matches counts. */
  inject(matches: (seen: Seen) => boolean, fault: Fault, times = 1): void {
    this.#plans.push({ matches, fault, times });
  }

  /** Forgets the faults that have not happened yet. */
  calm(): void {
    this.#plans.length = 0;
  }

  /** All connections at once, as when the server or a load balancer goes. */
  cutAll(): void {
    this.#server.closeAllConnections();
  }

  openConnections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
    });
  }

  async close(): Promise<void> {
    this.cutAll();
    this.#target.agent.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #serve(req: IncomingMessage, res: ServerResponse): void {
    const seen = { method: req.method ?? '', url: new URL(req.url ?? '/', 'http://proxy') };
    this.requests.push(seen);
    const fault = this.#faultFor(seen);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') {
      req.socket.destroy();
      return;
    }
    if (fault?.kind === 'answer') {
      res.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers }).end(fault.body ?? '{}');
      return;
    }
    this.#forward(req, res, fault);
  }

  #faultFor(seen: Seen): Fault | undefined {
    const plan = this.#plans.find(({ times, matches }) => times > 0 && matches(seen));
    if (plan !== undefined) plan.times -= 1;
    return plan?.fault;
  }

  #forward(req: IncomingMessage, res: ServerResponse, fault: Fault | undefined): void {
    const { url, agent } = this.#target;
    const headers = { ...req.headers, host: url.host };
    const upstream = request(
      { host: url.hostname, port: url.port, method: req.method, path: req.url, headers, agent },
      (answer) => void this.#answer(answer, res, fault).catch(() => res.destroy()),
    );
    upstream.on('error', () => res.destroy());
    res.on('close', () => upstream.destroy());
    req.pipe(upstream);
  }

  async #answer(answer: IncomingMessage, res: ServerResponse, fault: Fault | undefined): Promise<void> {
    if (fault?.kind === 'lost') {
      res.destroy();
      return;
    }
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    res.flushHeaders();
    if (fault?.kind === 'say') {
      for (const line of fault.lines) res.write(`${line}\n`);
      if (fault.thenEnd === true) {
        res.end();
        return;
      }
    }
    let passed = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      const limit = fault?.kind === 'cut' || fault?.kind === 'silence' ? fault.afterBytes - passed : Infinity;
      const piece = fault?.kind === 'drip' ? fault.bytes : chunk.length;
      const end = Math.min(chunk.length, limit);
      for (let at = 0; at < end; at += piece) {
        res.write(chunk.subarray(at, Math.min(at + piece, end)));
        // A turn of the event loop between the pieces keeps them apart on the wire.
        if (fault?.kind === 'drip') await new Promise((resolve) => setImmediate(resolve));
      }
      passed += end;
      if (fault?.kind === 'silence' && end === limit) continue;
      if (fault?.kind === 'cut' && end === limit) {
        // What was written has to be on its way first.
        res.write('', () => res.destroy());
        return;
      }
    }
    if (fault?.kind !== 'silence') res.end();
  }
}
