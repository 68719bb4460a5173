/**
 * Answers the kubelet in the server's place: asks the server what the pod's own probe says, and passes on how it answers. Anybody who
 * reaches the pod can ask here, so a probe is with the server once at a time, and nothing but a status comes back.
 */
import { askGrpc } from './ask-grpc.ts';
import { askHttp } from './ask-http.ts';
import { reach } from './reach.ts';
import type { ProbeRoute } from './routes.ts';

export interface ProbeAnswer {
  /** Kubelets take 200 to 399 for success. */
  readonly status: number;
  /** For people. */
  readonly said: string;
}

/** What kubelets call themselves, with their version behind it. */
const KUBE_PROBE = /^kube-probe\/[-+.0-9A-Za-z]{1,40}$/;

export class Probes {
  readonly #routes: ReadonlyMap<string, ProbeRoute>;
  readonly #addresses: readonly string[];
  readonly #asked = new Map<string, Promise<ProbeAnswer>>();

  /** `addresses`: where the server may listen, the most likely first. */
  constructor(routes: ReadonlyMap<string, ProbeRoute>, addresses: readonly string[]) {
    this.#routes = routes;
    this.#addresses = addresses;
  }

  /** Undefined: no probe of the pod has this path. Never rejects. */
  ask(path: string, userAgent: string | undefined): Promise<ProbeAnswer> | undefined {
    const route = this.#routes.get(path);
    if (route === undefined) return undefined;
    const before = this.#asked.get(path);
    if (before !== undefined) return before;
    const asked = this.#answerTo(route, KUBE_PROBE.test(userAgent ?? '') ? (userAgent as string) : 'kube-probe');
    this.#asked.set(path, asked);
    void asked.then(() => this.#asked.delete(path));
    return asked;
  }

  async #answerTo(route: ProbeRoute, agent: string): Promise<ProbeAnswer> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), route.timeoutSeconds * 1000);
    try {
      return await this.#askServer(route, agent, timeout.signal);
    } catch (error) {
      if (timeout.signal.aborted)
        return { status: 504, said: `the server did not answer in ${route.timeoutSeconds} s` };
      return { status: 502, said: `the server could not be asked: ${(error as Error).message}` };
    } finally {
      clearTimeout(timer);
    }
  }

  async #askServer({ httpGet, grpc, tcpSocket }: ProbeRoute, agent: string, signal: AbortSignal): Promise<ProbeAnswer> {
    const port = (httpGet ?? grpc ?? tcpSocket)?.port ?? 0;
    const reached = await reach(this.#addresses, port, signal);
    const { socket } = reached;
    const over = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('its time is up')), { once: true });
    });
    try {
      if (httpGet !== undefined) {
        const status = await Promise.race([askHttp(httpGet, reached, agent), over]);
        return { status, said: `the server answered ${status}` };
      }
      if (grpc === undefined) return { status: 200, said: 'the port of the server takes connections' };
      const serves = await Promise.race([askGrpc(grpc.service ?? '', reached, agent), over]);
      return serves ? { status: 200, said: 'SERVING' } : { status: 503, said: 'the server does not say SERVING' };
    } finally {
      socket.destroy();
    }
  }
}
