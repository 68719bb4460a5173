/** Knocks at servers' own ports from where the operator stands: what it reaches, others reach. */
import { connect } from 'node:net';
import type { Clock } from '../../core/clock.ts';
import type { PodFacts } from './pod-facts.ts';
import { gatedPorts } from './service-ports.ts';

const TIMEOUT_MS = 1_000;
/** Policies of the network come and go without our hearing of it. */
export const KNOCK_EVERY_MS = 5 * 60_000;
const MAX_KEPT = 10_000;

interface Result {
  readonly address: string;
  readonly state: 'open' | 'closed';
  readonly at: number;
}

export class Knocker {
  readonly #clock: Clock;
  readonly #results = new Map<string, Result>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Undefined: not tried yet. */
  stateOf(pod: PodFacts): 'open' | 'closed' | undefined {
    return this.#fresh(pod)?.state;
  }

  /** Knocks where the last answer is missing or old. Never fails. */
  async refresh(pods: readonly PodFacts[]): Promise<void> {
    await Promise.all(pods.filter((pod) => this.#fresh(pod) === undefined).map((pod) => this.#knock(pod)));
  }

  async #knock(pod: PodFacts): Promise<void> {
    const { podIP } = pod.pod.status;
    const ports = gatedPorts(pod).map(({ port }) => port);
    // On the network of its node any port may be somebody else's.
    if (podIP === undefined || ports.length === 0 || pod.pod.spec.hostNetwork === true) return;
    const answered = await Promise.all(ports.map((port) => answers(podIP, port)));
    const state = answered.includes(true) ? 'open' : 'closed';
    const key = pod.pod.metadata.uid ?? '';
    this.#results.delete(key);
    this.#results.set(key, { address: addressOf(pod), state, at: this.#clock.monotonic() });
    const [oldest] = this.#results.keys();
    if (this.#results.size > MAX_KEPT && oldest !== undefined) this.#results.delete(oldest);
  }

  #fresh(facts: PodFacts): Result | undefined {
    const { pod } = facts;
    const result = this.#results.get(pod.metadata.uid ?? '');
    const isFresh =
      result !== undefined &&
      result.address === addressOf(facts) &&
      this.#clock.monotonic() - result.at < KNOCK_EVERY_MS;
    return isFresh ? result : undefined;
  }
}

/** What was knocked at. */
function addressOf(facts: PodFacts): string {
  return [facts.pod.status.podIP, ...gatedPorts(facts).map(({ port }) => port)].join(' ');
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const finish = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.setTimeout(TIMEOUT_MS, () => finish(false));
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
