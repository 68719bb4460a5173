/**
 * Whether the MCP server behind the gate listens at all, and whether on loopback alone. If it also answers on the pod's address, whoever reaches the
 * pod goes around the gate, unless the network forbids it. Tried, not assumed; from inside the pod no NetworkPolicy hides the answer.
 */
import { connect } from 'node:net';
import { isLoopback, LOOPBACKS } from '../../../core/loopback.ts';

/** Until the server listens: it starts after the gate, and the pod is not ready before. */
const STARTING_MS = 100;
/** Until there is an answer. */
const UNKNOWN_MS = 2_000;
const KNOWN_MS = 60_000;
const CONNECT_TIMEOUT_MS = 2_000;

export interface LoopbackEvents {
  /** The server accepts connections, for the first time. */
  onUp(): void;
  /** Null: not known. */
  onResult(loopbackOnly: boolean | null): void;
}

type Attempt = 'connected' | 'refused' | 'unknown';

export class LoopbackCheck {
  readonly #hosts: readonly string[];
  readonly #port: number;
  readonly #podIps: readonly string[];
  readonly #events: LoopbackEvents;
  #isUp = false;
  #timer: NodeJS.Timeout | undefined = undefined;
  #stopped = false;

  /** Undefined where there is nothing to check: the server is not in this pod, or nobody says what the pod's addresses are. */
  static of(upstream: string, podIps: readonly string[], events: LoopbackEvents): LoopbackCheck | undefined {
    const { hostname, port, protocol } = new URL(upstream);
    const host = hostname.replaceAll(/[[\]]/g, '');
    if (!isLoopback(host) || podIps.length === 0) return undefined;
    return new LoopbackCheck(host, Number(port || (protocol === 'https:' ? 443 : 80)), podIps, events);
  }

  private constructor(host: string, port: number, podIps: readonly string[], events: LoopbackEvents) {
    this.#hosts = [...new Set([host, ...LOOPBACKS])];
    this.#port = port;
    this.#podIps = podIps;
    this.#events = events;
  }

  start(): void {
    void this.#check();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #check(): Promise<void> {
    const result = await this.#look();
    if (this.#stopped) return;
    this.#events.onResult(result);
    const wait = !this.#isUp ? STARTING_MS : result === null ? UNKNOWN_MS : KNOWN_MS;
    this.#timer = setTimeout(() => void this.#check(), wait);
    this.#timer.unref();
  }

  async #look(): Promise<boolean | null> {
    // A port on which nothing listens at all refuses everywhere, and says nothing.
    const answers = await Promise.all(this.#hosts.map(async (host) => attempt(host, this.#port)));
    if (!answers.includes('connected')) return null;
    if (!this.#isUp && !this.#stopped) {
      this.#isUp = true;
      this.#events.onUp();
    }
    const attempts = await Promise.all(this.#podIps.map(async (ip) => attempt(ip, this.#port)));
    if (attempts.includes('connected')) return false;
    return attempts.every((one) => one === 'refused') ? true : null;
  }
}

function attempt(host: string, port: number): Promise<Attempt> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_TIMEOUT_MS });
    const settle = (result: Attempt): void => {
      resolve(result);
      socket.destroy();
    };
    socket.once('connect', () => settle('connected'));
    socket.once('timeout', () => settle('unknown'));
    socket.on('error', (error: NodeJS.ErrnoException) => settle(error.code === 'ECONNREFUSED' ? 'refused' : 'unknown'));
  });
}
