/** The way to the other gates of a server: connections, kept for a while and bounded. What goes over them is for the caller to say. */
import { isIPv6 } from 'node:net';
import type { Dispatcher } from 'undici';
import Pool from 'undici/lib/dispatcher/pool.js';
import type { GateAddress } from '../memory/pod-handles.ts';
import type { HopSecret } from './secret.ts';
import { Silences } from './silence.ts';

/**
 * TCP and TLS. A gate that is there takes a fraction of it, but for one under load. Where nobody has the address, Linux says so after three
 * seconds (neigh/default/mcast_solicit, retrans_time_ms: ip-sysctl), which is not to be missed: it tells more than silence.
 */
const CONNECT_TIMEOUT_MS = 4_000;
/** Shorter than a gate goes on serving once it is leaving: none of its idle connections is used when it ends. */
const KEEP_ALIVE_MS = 4_000;
/** What is read of an answer that has to wait for its client. */
const UNREAD_BYTES = 16 * 1024;
/** More replicas than a server has. */
const MAX_GATES = 256;
/** Each keeps a connection, and the memory of its encryption, on both sides. */
const MAX_STREAMS = 2_048;

export class Hops {
  readonly #secret: HopSecret;
  readonly #silences = new Silences();
  /** In the order of their last use. */
  readonly #pools = new Map<string, Pool>();
  #streams = 0;

  constructor(secret: HopSecret) {
    this.#secret = secret;
  }

  /** False when too many streams are passed on already. Whoever has entered leaves. */
  enterStream(): boolean {
    if (this.#streams >= MAX_STREAMS) return false;
    this.#streams++;
    return true;
  }

  leaveStream(): void {
    this.#streams--;
  }

  /** An error before `onRequestStart` says that nothing was sent. */
  send(owner: GateAddress, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#poolOf(owner).dispatch(options, handler);
  }

  /** It has answered. */
  heard(owner: GateAddress): void {
    this.#silences.heard(originOf(owner));
  }

  /**
   * It could not be reached since `askedAt` (monotonic milliseconds, as is `now`): what its connections wait for is not waited for by the
   * next. True: it is gone, and what it had with it. False: nobody knows.
   */
  lost(owner: GateAddress, error: Error, askedAt: number, now: number): boolean {
    this.#forget(owner);
    return this.#silences.isGone(originOf(owner), error, askedAt, now);
  }

  #forget(owner: GateAddress): void {
    const origin = originOf(owner);
    const pool = this.#pools.get(origin);
    if (pool === undefined) return;
    this.#pools.delete(origin);
    void pool.close().catch(() => {});
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #poolOf(owner: GateAddress): Pool {
    const origin = originOf(owner);
    const known = this.#pools.get(origin);
    if (known !== undefined) {
      this.#pools.delete(origin);
      this.#pools.set(origin, known);
      return known;
    }
    const [oldest] = this.#pools.keys();
    if (this.#pools.size >= MAX_GATES && oldest !== undefined) {
      void this.#pools.get(oldest)?.close();
      this.#pools.delete(oldest);
    }
    const pool = this.#newPool(origin);
    this.#pools.set(origin, pool);
    return pool;
  }

  #newPool(origin: string): Pool {
    const connect = {
      ...this.#secret.calling,
      timeout: CONNECT_TIMEOUT_MS,
      highWaterMark: UNREAD_BYTES,
      // Each handshake proves the key that is in force.
      maxCachedSessions: 0,
    };
    return new Pool(origin, {
      // Streams keep theirs; calls are bounded by those that a gate takes.
      connections: null,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: 0,
      bodyTimeout: 0,
      connect,
    });
  }
}

function originOf({ address, port }: GateAddress): string {
  return `https://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}
