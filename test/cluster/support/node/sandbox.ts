/**
 * The namespaces that the whole node lives in: one SIGKILL ends every process, mount and rule of it. Nothing of it is
 * on the machine but one end of a cable and two routes, by which tests reach pods and Services.
 */
import { makeCgroups, removeCgroups } from '../cgroups.ts';
import { run } from '../command.ts';
import { Daemon } from '../daemon.ts';
import type { Place } from './place.ts';

/** Folders of the machine that the node's programs write to by fixed names; the node sees empty ones of its own. */
const HIDDEN = ['/run', '/var/log', '/var/lib/cni'];
const LIMIT_MS = 10_000;

export class Sandbox {
  readonly #holder: Daemon;
  readonly #folder: string;
  readonly #daemons: Daemon[] = [];
  readonly place: Place;
  /** Process 1 of the namespaces, as the machine counts. */
  readonly #pid: number;

  private constructor(holder: Daemon, folder: string, place: Place) {
    if (holder.child === undefined) throw new Error(`the namespaces of the node have ended:\n${holder.tail()}`);
    this.#holder = holder;
    this.#folder = folder;
    this.place = place;
    this.#pid = holder.child;
  }

  static async create(folder: string, place: Place): Promise<Sandbox> {
    await cleanUp(place);
    makeCgroups(place.cgroup);
    const hide = HIDDEN.map((path) => `mkdir -p ${path} && mount -t tmpfs tmpfs ${path}`);
    // A loop rather than `sleep infinity`: process 1 has to collect orphans that ended, and the shell does so in between.
    const setUp = ['mount --make-rshared /', ...hide, 'ip link set lo up', 'echo up', 'while sleep 5; do :; done'];
    const holder = new Daemon({
      name: 'sandbox',
      folder,
      command: 'unshare',
      args: ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', setUp.join(' && ')],
    });
    try {
      await holder.until('the namespaces of the node were set up', LIMIT_MS, async () =>
        holder.tail().includes('up\n'),
      );
      const sandbox = new Sandbox(holder, folder, place);
      await sandbox.#connect();
      return sandbox;
    } catch (error) {
      await holder.killWithNamespaces();
      await cleanUp(place);
      throw error;
    }
  }

  async #connect(): Promise<void> {
    const { nodeAddress, hostAddress, podRange, serviceRange, link } = this.place;
    await run('ip', ['link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(this.#pid)]);
    await run('ip', ['address', 'add', `${hostAddress}/30`, 'dev', link]);
    await run('ip', ['link', 'set', link, 'up']);
    await this.run('ip', ['address', 'add', `${nodeAddress}/30`, 'dev', 'eth0']);
    await this.run('ip', ['link', 'set', 'eth0', 'up']);
    // Without a default route the node itself finds no way to the addresses of Services.
    await this.run('ip', ['route', 'add', 'default', 'via', hostAddress]);
    await this.run('sysctl', ['-q', '-w', 'net.ipv4.ip_forward=1']);
    for (const range of [podRange, serviceRange]) await run('ip', ['route', 'add', range, 'via', nodeAddress]);
  }

  /** Runs a program inside to its end. Paths have to be absolute. */
  async run(command: string, args: readonly string[], timeoutMs = 60_000): Promise<string> {
    return run('nsenter', this.#enter([command, ...args]), { timeoutMs });
  }

  /** Starts a program inside. */
  launch(name: string, command: string, args: readonly string[]): Daemon {
    const inside = this.#enter([command, ...args]);
    const daemon = new Daemon({ name, folder: this.#folder, command: 'nsenter', args: inside });
    this.#daemons.push(daemon);
    return daemon;
  }

  /** An error with the last words of the first program that has ended; none is meant to. */
  assertRunning(): void {
    const ended = this.#daemons.find((daemon) => !daemon.isRunning);
    if (ended !== undefined) throw new Error(`${ended.name} has ended:\n${ended.tail()}`);
  }

  async destroy(): Promise<void> {
    await this.#holder.killWithNamespaces();
    await cleanUp(this.place);
  }

  #enter(command: readonly string[]): string[] {
    return [`--target=${this.#pid}`, '--net', '--mount', '--pid', '--', ...command];
  }
}

/** Of this node or of one that was cut off. The routes go with the cable. */
async function cleanUp({ link, cgroup }: Place): Promise<void> {
  await run('ip', ['link', 'delete', link]).catch(() => {});
  removeCgroups(cgroup);
}
