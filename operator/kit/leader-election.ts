/**
 * One leader among the replicas, by a Lease. As client-go's `tools/leaderelection`: the holder's clock is never compared with ours;
 * what counts is how long we have seen the lease unchanged. It is no fence: for a moment two may believe they lead, so what the
 * leader does has to be safe to do twice.
 */
import type { Logger } from 'pino';
import { isConflict, isNotFound, type ApiClient } from './api-client.ts';
import { sleep, SYSTEM_CLOCK, type Timers } from './clock.ts';
import type { Leadership } from './manager.ts';
import { type Lease, RESOURCES } from './kubernetes-resources.ts';

/**
 * `leaseMs`: how long others must have seen the lease unchanged before they take over; `renewWithinMs`: how long the holder may go
 * without a renewal before it gives up; `everyMs`: how often it renews; `lookMs`: how often the others look.
 * client-go has 15, 10, 2 and 2 s. A lease is seen up to one look after it was written, so with those a leader that was killed is
 * followed after as much as 20 s. With these it is within 15: 13, a look of up to 1.2, and the requests.
 */
const TIMES = { leaseMs: 13_000, renewWithinMs: 9_000, everyMs: 2_000, lookMs: 1_000 };
/** Of what is left of the lease when the holder gives up, for all that leads to stop; the rest is for the end of the process. */
const STOP_SHARE = 0.8;

export interface LeaderElectionOptions {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly name: string;
  /** Of this process alone: the pod's name and something random, since a pod may restart within the lease. */
  readonly identity: string;
  readonly log: Logger;
  readonly metrics?: { leader(name: string, isLeader: boolean): void };
  readonly clock?: Timers;
  readonly random?: () => number;
  readonly times?: typeof TIMES;
}

export class LeaderElection implements Leadership {
  readonly #options: LeaderElectionOptions;
  readonly #clock: Timers;
  readonly #random: () => number;
  readonly #times: typeof TIMES;
  #observed: { readonly version: string; readonly at: number } | undefined;
  /** As the one says who holds it: an older version may hold it for longer. */
  #heldForMs = 0;
  #holder: string | undefined;
  #renewedAt = -Infinity;
  #leading = false;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#random = options.random ?? Math.random;
    this.#times = options.times ?? TIMES;
    options.metrics?.leader(options.name, false);
  }

  /** True only as long as nobody else can have taken over. */
  get isLeader(): boolean {
    return this.#leading && this.#clock.monotonic() - this.#renewedAt < this.#times.renewWithinMs;
  }

  async acquire(signal: AbortSignal): Promise<boolean> {
    const { log, identity, name, metrics } = this.#options;
    while (!signal.aborted) {
      if (await this.#attempt(signal)) {
        this.#leading = true;
        metrics?.leader(name, true);
        log.info({ lease: name, identity }, 'leading');
        return true;
      }
      await sleep(this.#clock, this.#untilNextLook(), signal);
    }
    return false;
  }

  /** Up to 1.2 times as long, so that the candidates do not all come at once; but when the lease runs out, then. */
  #untilNextLook(): number {
    const look = this.#times.lookMs * (1 + 0.2 * this.#random());
    const left = this.#leftMs();
    return left > 0 ? Math.min(look, left) : look;
  }

  /** A holder that has lost the lease has so long to stop: what is left of it when `hold` rejects, less a margin. */
  get stopWithinMs(): number {
    return (this.#times.leaseMs - this.#times.renewWithinMs) * STOP_SHARE;
  }

  async hold(signal: AbortSignal): Promise<void> {
    const { everyMs, renewWithinMs } = this.#times;
    const leftMs = (): number => renewWithinMs - (this.#clock.monotonic() - this.#renewedAt);
    while (await sleep(this.#clock, Math.min(everyMs, Math.max(0, leftMs())), signal)) {
      // A request that hangs must not outlast the time to renew: others count on it.
      if (leftMs() > 0 && (await this.#attemptWithin(leftMs(), signal))) continue;
      if (signal.aborted) return;
      const lost = this.#holder !== undefined && this.#holder !== this.#options.identity;
      if (!lost && leftMs() > 0) continue;
      this.#leading = false;
      this.#options.metrics?.leader(this.#options.name, false);
      throw new Error(
        lost
          ? `the lease ${this.#options.name} was taken over by ${this.#holder}`
          : `the lease ${this.#options.name} could not be renewed for ${renewWithinMs / 1000} s`,
      );
    }
  }

  /** The lease without a holder: the next one need not wait for it to run out. Failing is fine, then it waits. */
  async release(): Promise<void> {
    if (!this.#leading) return;
    const { client, namespace, name, identity, metrics, log } = this.#options;
    this.#leading = false;
    metrics?.leader(name, false);
    try {
      const lease = await client.get(RESOURCES.Lease, { namespace, name }, this.#once());
      if (lease.spec?.holderIdentity !== identity) return;
      const now = microTime(this.#clock.now());
      const spec = { ...lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: now, acquireTime: now };
      await client.replace(RESOURCES.Lease, { ...lease, spec }, this.#once());
      log.info({ lease: name }, 'gave up the lease');
    } catch (error) {
      log.warn({ err: error, lease: name }, 'the lease could not be given up; the next leader waits until it runs out');
    }
  }

  async #attemptWithin(ms: number, signal: AbortSignal): Promise<boolean> {
    const late = new AbortController();
    const cancel = this.#clock.after(ms, () => late.abort());
    try {
      return await this.#attempt(AbortSignal.any([signal, late.signal]));
    } finally {
      cancel();
    }
  }

  /** True when the lease is ours and fresh after this. */
  async #attempt(signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#takeOrRenew(signal);
    } catch (error) {
      if (signal.aborted) return false;
      // Of two who take the same lease one gets a conflict: that is the election.
      const level = isConflict(error) ? 'debug' : 'warn';
      this.#options.log[level]({ err: error, lease: this.#options.name }, 'lease not taken or renewed; trying again');
      return false;
    }
  }

  async #takeOrRenew(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name, identity } = this.#options;
    // Measured from before the request: the others count from when the server wrote it.
    const began = this.#clock.monotonic();
    const now = microTime(this.#clock.now());
    const fresh = {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(this.#times.leaseMs / 1000),
      renewTime: now,
    };
    const options = this.#once(signal);
    const lease = await client.get(RESOURCES.Lease, { namespace, name }, options).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (lease === undefined) {
      const spec = { ...fresh, acquireTime: now, leaseTransitions: 0 };
      await client.create(RESOURCES.Lease, { metadata: { namespace, name }, spec }, options);
    } else {
      this.#observe(lease);
      const ours = lease.spec?.holderIdentity === identity;
      if (!ours && this.#isHeld(lease)) return false;
      const spec = ours
        ? { ...lease.spec, ...fresh }
        : { ...fresh, acquireTime: now, leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + 1 };
      await client.replace(RESOURCES.Lease, { ...lease, spec }, options);
    }
    this.#holder = identity;
    this.#renewedAt = began;
    return true;
  }

  #observe(lease: Lease): void {
    this.#holder = lease.spec?.holderIdentity;
    const version = lease.metadata.resourceVersion ?? '';
    if (this.#observed?.version !== version) this.#observed = { version, at: this.#clock.monotonic() };
  }

  #isHeld({ spec }: Lease): boolean {
    if (spec?.holderIdentity === undefined || spec.holderIdentity === '') return false;
    this.#heldForMs = (spec.leaseDurationSeconds ?? this.#times.leaseMs / 1000) * 1000;
    return this.#leftMs() > 0;
  }

  /** Until the lease that was seen last may be taken. */
  #leftMs(): number {
    return this.#observed === undefined ? 0 : this.#observed.at + this.#heldForMs - this.#clock.monotonic();
  }

  /** One attempt must not outlast the time in which several have to fit; the loop is the retry. */
  #once(signal?: AbortSignal): { timeoutMs: number; retry: false; signal?: AbortSignal } {
    const timeoutMs = this.#times.renewWithinMs / 2;
    return { timeoutMs, retry: false, ...(signal === undefined ? {} : { signal }) };
  }
}

/** `metav1.MicroTime` wants six digits. */
export function microTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '000Z');
}
