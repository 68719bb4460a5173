/** etcd and kube-apiserver, which both levels have: alone on loopback, or inside of the node. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { tool } from '../tools.ts';
import { Authority, type Certificate } from './certificates.ts';
import type { Daemon } from './daemon.ts';
import { writeKubeconfig } from './kubeconfig.ts';

/** Starts a program where the control plane is to run. */
export type Launch = (name: string, command: string, args: readonly string[]) => Daemon;

export interface ControlPlaneOptions {
  readonly folder: string;
  readonly launch: Launch;
  /** Where both listen. */
  readonly address: string;
  readonly ports: { readonly api: number; readonly etcd: number; readonly etcdPeer: number };
  readonly serviceRange: string;
  readonly extraFlags: readonly string[];
}

/** Measured: 3 s on two idle cores. */
const READY_LIMIT_MS = 90_000;

export class ControlPlane {
  readonly url: string;
  readonly authority: Authority;
  /** Of a cluster administrator. */
  readonly kubeconfig: string;
  readonly #options: ControlPlaneOptions;
  readonly #admin: Certificate;
  #etcd: Daemon | undefined;
  #apiServer: Daemon | undefined;

  private constructor(options: ControlPlaneOptions, authority: Authority, admin: Certificate) {
    this.#options = options;
    this.authority = authority;
    this.#admin = admin;
    this.url = `https://${options.address}:${options.ports.api}`;
    this.kubeconfig = this.kubeconfigFor('admin', admin);
  }

  static async start(options: ControlPlaneOptions): Promise<ControlPlane> {
    const authority = await Authority.create(options.folder);
    const admin = await authority.issue('admin', { commonName: 'admin', organizations: ['system:masters'] });
    const hosts = [
      `IP:${options.address}`,
      `IP:${firstOf(options.serviceRange)}`,
      'DNS:localhost',
      'DNS:kubernetes.default.svc',
    ];
    await authority.issue('apiserver', { commonName: 'kube-apiserver', hosts });
    writeServiceAccountKey(options.folder);
    const plane = new ControlPlane(options, authority, admin);
    try {
      await plane.#startEtcd();
      await plane.startApiServer();
    } catch (error) {
      await plane.stop();
      throw error;
    }
    return plane;
  }

  async #startEtcd(): Promise<void> {
    const { address, folder, ports, launch } = this.#options;
    const peer = `http://${address}:${ports.etcdPeer}`;
    this.#etcd = launch('etcd', await tool('etcd'), [
      '--name=test',
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${this.#etcdUrl}`,
      `--advertise-client-urls=${this.#etcdUrl}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=test=${peer}`,
      // The data need not survive a power cut.
      '--unsafe-no-fsync',
      '--log-level=warn',
    ]);
  }

  /** Ready when this returns: every post-start hook is done, so that the default roles and priority classes are there. */
  async startApiServer(): Promise<void> {
    const { address, folder, ports, launch, serviceRange, extraFlags } = this.#options;
    const file = (name: string): string => join(folder, name);
    const daemon = launch('kube-apiserver', await tool('kube-apiserver'), [
      `--etcd-servers=${this.#etcdUrl}`,
      `--bind-address=${address}`,
      `--advertise-address=${address}`,
      `--secure-port=${ports.api}`,
      `--tls-cert-file=${file('apiserver.crt')}`,
      `--tls-private-key-file=${file('apiserver.key')}`,
      `--client-ca-file=${this.authority.certificate.cert}`,
      `--service-account-key-file=${file('service-accounts.pub')}`,
      `--service-account-signing-key-file=${file('service-accounts.key')}`,
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-cluster-ip-range=${serviceRange}`,
      '--authorization-mode=Node,RBAC',
      ...extraFlags,
    ]);
    this.#apiServer = daemon;
    await daemon.until('kube-apiserver was ready', READY_LIMIT_MS, () => {
      if (this.#etcd?.isRunning === false) throw new Error(`etcd ended:\n${this.#etcd.tail()}`);
      return this.#isReady();
    });
  }

  /** For when the API server starts next: another key signs tokens of ServiceAccounts. Those of before are taken if `keep` says so. */
  rotateAccountKey(keep: boolean): void {
    const file = join(this.#options.folder, 'service-accounts.pub');
    const before = readFileSync(file, 'utf8');
    writeServiceAccountKey(this.#options.folder);
    if (keep) writeFileSync(file, readFileSync(file, 'utf8') + before);
  }

  async killApiServer(): Promise<void> {
    await this.#apiServer?.kill();
  }

  kubeconfigFor(name: string, client: Certificate): string {
    const authority = this.authority.certificate.cert;
    return writeKubeconfig(join(this.#options.folder, `${name}.kubeconfig`), { server: this.url, authority, client });
  }

  /** Throws the history of all keys away. */
  async compact(): Promise<void> {
    const { header } = (await this.#askEtcd('/v3/maintenance/status', {})) as { header?: { revision?: string } };
    await this.#askEtcd('/v3/kv/compaction', { revision: header?.revision, physical: true });
  }

  /** Objects as the API server would have written them (it reads JSON too), by their keys, such as `/registry/pods/NAMESPACE/NAME`. */
  async store(objects: ReadonlyMap<string, object>): Promise<void> {
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const success = Array.from(objects, ([key, object]) => ({
      requestPut: { key: base64(key), value: base64(JSON.stringify(object)) },
    }));
    await this.#askEtcd('/v3/kv/txn', { success });
  }

  /** By etcd's JSON gateway: no second client is needed. */
  async #askEtcd(path: string, body: object): Promise<unknown> {
    const response = await fetch(`${this.#etcdUrl}${path}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`etcd answered ${response.status} to ${path}: ${await response.text()}`);
    return response.json();
  }

  /** Nothing of it is kept, so nothing is waited for. */
  async stop(): Promise<void> {
    await Promise.all([this.#apiServer?.kill(), this.#etcd?.kill()]);
  }

  get #etcdUrl(): string {
    return `http://${this.#options.address}:${this.#options.ports.etcd}`;
  }

  #isReady(): Promise<boolean> {
    const read = (path: string): Buffer => readFileSync(path);
    const { cert, key } = this.#admin;
    const identity = { ca: read(this.authority.certificate.cert), cert: read(cert), key: read(key) };
    return new Promise((resolve) => {
      const asked = request(`${this.url}/readyz`, { ...identity, agent: false, timeout: 2000 }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      });
      asked.on('timeout', () => asked.destroy()).on('error', () => resolve(false));
      asked.end();
    });
  }
}

/** The API server's own Service gets the first address. */
/** The Service of the API server has the first address of the first range. */
function firstOf(ranges: string): string {
  return (ranges.split(',')[0] ?? '').replace(/0\/\d+$/, '1');
}

function writeServiceAccountKey(folder: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const write = (name: string, text: string | Buffer): void => writeFileSync(join(folder, name), text, { mode: 0o600 });
  write('service-accounts.key', privateKey.export({ type: 'sec1', format: 'pem' }));
  write('service-accounts.pub', publicKey.export({ type: 'spki', format: 'pem' }));
}
