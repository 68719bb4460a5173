/** containerd with folders of its own, its network for pods, and our images. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGE } from '../../images.ts';
import type { Daemon } from '../daemon.ts';
import type { Sandbox } from './sandbox.ts';

/** Where Debian's containernetworking-plugins puts them. */
export const CNI_PLUGINS = '/usr/lib/cni';
const READY_LIMIT_MS = 30_000;
const IMPORT_LIMIT_MS = 3 * 60_000;

export class Containerd {
  readonly #sandbox: Sandbox;
  readonly socket: string;

  private constructor(sandbox: Sandbox, socket: string) {
    this.#sandbox = sandbox;
    this.socket = socket;
  }

  static async start(sandbox: Sandbox, folder: string): Promise<Containerd> {
    const place = (name: string): string => join(folder, 'containerd', name);
    mkdirSync(place('cni'), { recursive: true });
    writeFileSync(place('cni/10-pods.conflist'), JSON.stringify(podNetwork(sandbox.place.podRange), undefined, 2));
    writeFileSync(place('config.toml'), config(place));
    const containerd = new Containerd(sandbox, place('containerd.sock'));
    const daemon: Daemon = sandbox.launch('containerd', 'containerd', [`--config=${place('config.toml')}`]);
    await daemon.until('containerd answered', READY_LIMIT_MS, async () => {
      return containerd.#ctr(['version'], READY_LIMIT_MS).then(Boolean, () => false);
    });
    return containerd;
  }

  /** Takes every image in an archive as `docker save` writes it. */
  async load(archive: string): Promise<void> {
    await this.#ctr(['--namespace=k8s.io', 'images', 'import', archive], IMPORT_LIMIT_MS);
  }

  #ctr(args: readonly string[], timeoutMs: number): Promise<string> {
    return this.#sandbox.run('ctr', [`--address=${this.socket}`, ...args], timeoutMs);
  }
}

const podNetwork = (subnet: string): object => ({
  cniVersion: '1.0.0',
  name: 'pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      // A pod that reaches itself by its Service.
      hairpinMode: true,
      ipam: { type: 'host-local', ranges: [[{ subnet }]], routes: [{ dst: '0.0.0.0/0' }] },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

function config(place: (name: string) => string): string {
  return `version = 2
root = "${place('root')}"
state = "${place('state')}"
[grpc]
  address = "${place('containerd.sock')}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${place('opt')}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/library/${IMAGE.pause}"
  # Lowering a score needs CAP_SYS_RESOURCE, which not every root has; without this no pod starts there.
  restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "${CNI_PLUGINS}"
  conf_dir = "${place('cni')}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
`;
}
