/** The chart as a user installs it: the real helm against an API server of its own, since its policies bind a whole cluster. */
import { join } from 'node:path';
import { installCrds } from '../../shared-api-server.ts';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../../api-server.ts';
import { helm } from '../../helm.ts';
import { tool } from '../../tools.ts';

export const CHART = join(import.meta.dirname, '../../../../charts/sallyport');

/** Neither the release nor the namespace has its usual name: what follows them shows, and so does what must not. */
export const RELEASE = 'gate';
export const NAMESPACE = 'guard';
export const OPERATOR = `system:serviceaccount:${NAMESPACE}:sallyport-operator`;

/** Building helm, once, takes longer than any test may. */
export const BUILD_LIMIT_MS = 20 * 60_000;

export class ChartCluster {
  readonly server: ApiServer;

  constructor(server: ApiServer) {
    this.server = server;
  }

  /** An API server with our kinds and the namespace to install into. */
  static async start(options: ApiServerOptions = {}): Promise<ChartCluster> {
    await tool('helm');
    const server = await startApiServer(options);
    try {
      await installCrds(server.kubeconfig);
      await server.kubectl(['create', 'namespace', NAMESPACE]);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return new ChartCluster(server);
  }

  helm(args: readonly string[], values: object = {}): Promise<string> {
    return this.rawHelm([...args, '--namespace', NAMESPACE, '--values', '-'], JSON.stringify(values));
  }

  rawHelm(args: readonly string[], input?: string): Promise<string> {
    return helm(this.server.kubeconfig, args, input);
  }

  install(values: object = {}): Promise<string> {
    return this.helm(['install', RELEASE, CHART], values);
  }

  uninstall(): Promise<string> {
    return this.rawHelm(['uninstall', RELEASE, '--namespace', NAMESPACE]);
  }

  kubectl(...args: string[]): Promise<string> {
    return this.server.kubectl(args);
  }

  async get<T>(...what: string[]): Promise<T> {
    return JSON.parse(await this.kubectl('get', ...what, '-o', 'json')) as T;
  }

  /** As somebody else, with the rights that RBAC gives them; `object` is the input of the command. */
  as(user: string, groups: readonly string[], args: readonly string[], object?: object): Promise<string> {
    const who = [`--as=${user}`, ...groups.map((group) => `--as-group=${group}`)];
    return this.server.kubectl([...args, ...who], object === undefined ? undefined : JSON.stringify(object));
  }

  /** As the operator writes: server-side apply of the fields that are its own. */
  asOperator(object: object, ...options: string[]): Promise<string> {
    const args = ['apply', '--server-side', '--field-manager=sallyport-operator', '-f', '-', '-o', 'json', ...options];
    return this.as(OPERATOR, [], args, object);
  }
}
