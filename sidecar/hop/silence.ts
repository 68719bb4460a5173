/**
 * Whether a gate that could not be reached is gone. It is where somebody says so: nothing listens there, there is no way there, or who
 * listens has not its key. Silence says little: a gate under load, or one whose node is, takes longer than is waited for, and has its
 * sessions. A client that hears that its session is over throws it away, so only a gate that has been silent for long is taken for gone.
 */
import { BoundedMap } from '../memory/bounded-map.ts';

/** Where packets to the address of a pod that is gone are dropped, nothing else ever says so. */
const GONE_AFTER_MS = 10_000;
/** Of silences further apart, the second is one of its own. */
const APART_MS = 30_000;
/** More replicas than a server has. */
const MAX_SILENT = 256;
/** undici's, and the system's. */
const SILENT: ReadonlySet<unknown> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

interface Silence {
  /** Monotonic milliseconds of the first question that nobody answered, and of when the last was given up. */
  readonly since: number;
  readonly last: number;
}

export class Silences {
  readonly #silent = new BoundedMap<string, Silence>(MAX_SILENT);

  /** `error`: why nothing could be sent. `askedAt`, `now`: monotonic milliseconds. */
  isGone(origin: string, error: Error, askedAt: number, now: number): boolean {
    if (!SILENT.has((error as NodeJS.ErrnoException).code)) return true;
    const before = this.#silent.get(origin);
    const since = before === undefined || askedAt - before.last > APART_MS ? askedAt : before.since;
    this.#silent.set(origin, { since, last: now });
    return now - since >= GONE_AFTER_MS;
  }

  /** It has answered. */
  heard(origin: string): void {
    this.#silent.delete(origin);
  }
}
