/**
 * Where the API server is and how to prove who we are. The only file that imports @kubernetes/client-node, and only for reading
 * kubeconfig files, service account mounts and credential plugins: its API classes open a connection per call and its models drop
 * fields they do not know. So the one module of it and not the index, which brings terminals, web sockets and their dependencies.
 */
import { isDeepStrictEqual } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { Agent } from 'undici';
import type { Clock } from '../../core/clock.ts';

/** Tokens rotate under our feet; client-node itself looks at a token file at most every 60 s. */
const REFRESH_MS = 30_000;
/** Well below the 90 s that the API server keeps idle connections. */
const KEEP_ALIVE_MS = 30_000;

/** What client-node falls back to. */
const NOTHING_FOUND = 'http://localhost:8080';

interface Tls {
  readonly ca: unknown;
  readonly cert: unknown;
  readonly key: unknown;
  readonly servername: unknown;
  readonly rejectUnauthorized: unknown;
}

export class Connection {
  readonly #config: KubeConfig;
  readonly #clock: Clock;
  readonly origin: string;
  /** Of a cluster behind a path, as Rancher serves it; mostly empty. */
  readonly basePath: string;
  #closed = false;
  #refreshedAt = -Infinity;
  #refreshing: Promise<void> | undefined;
  #tls: Tls | undefined;
  #agent: Agent | undefined;
  #headers: Record<string, string> = {};

  private constructor(config: KubeConfig, clock: Clock, server: URL) {
    this.#config = config;
    this.#clock = clock;
    this.origin = server.origin;
    this.basePath = server.pathname.replace(/\/$/, '');
  }

  /** A file if one is named; else KUBECONFIG, ~/.kube/config or the service account of the pod, in that order. */
  static load(kubeconfig: string | undefined, clock: Clock): Connection {
    const config = new KubeConfig();
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
    const cluster = config.getCurrentCluster();
    if (cluster === null) {
      throw new Error(`${kubeconfig ?? 'the kubeconfig'} has no current context: kubectl config use-context NAME`);
    }
    if (kubeconfig === undefined && cluster.server === NOTHING_FOUND) {
      throw new Error(
        'there is no kubeconfig and no service account: set KUBECONFIG, or run in a pod that mounts its token',
      );
    }
    if (cluster.proxyUrl !== undefined) {
      throw new Error(
        `cluster "${cluster.name}" is behind a proxy (proxy-url), which is not supported: use an address that is reached directly`,
      );
    }
    return new Connection(config, clock, new URL(cluster.server));
  }

  /** What a request goes through and what it says about us; never older than 30 s. */
  async open(): Promise<{ readonly agent: Agent; readonly headers: Readonly<Record<string, string>> }> {
    if (this.#closed) throw new Error('the client is closed');
    if (this.#agent === undefined || this.#clock.monotonic() - this.#refreshedAt > REFRESH_MS) {
      this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = undefined));
      await this.#refreshing;
    }
    return { agent: this.#agent as Agent, headers: this.#headers };
  }

  /** The next request reads the credentials again. */
  expire(): void {
    this.#refreshedAt = -Infinity;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#agent?.destroy();
  }

  async #refresh(): Promise<void> {
    const options: { headers?: Record<string, string> } & Partial<Tls> = {};
    await this.#config.applyToHTTPSOptions(options as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
    const { ca, cert, key, servername, rejectUnauthorized } = options;
    const tls = { ca, cert, key, servername, rejectUnauthorized };
    if (this.#agent === undefined || !isDeepStrictEqual(tls, this.#tls)) this.#renew(tls);
    this.#headers = { ...options.headers };
    this.#refreshedAt = this.#clock.monotonic();
  }

  /** Requests in flight and watches end on the old agent, which closes behind them. */
  #renew(tls: Tls): void {
    const old = this.#agent;
    this.#tls = tls;
    const given = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
    this.#agent = new Agent({
      connect: { ...given, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, timeout: 10_000 },
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Every request has its own deadline, and a watch may be silent for a minute.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    void old?.close().catch(() => {});
  }
}
