/** How many are at it at once. A lease that nobody gives back, because its gate was killed, ends by itself. */
import type { Place } from '../ops.ts';

export interface LeaseOp extends Place {
  readonly kind: 'lease';
  /** Of the call; the same one again renews it. */
  readonly id: string;
  readonly limit: number;
  /** Milliseconds for which it is good. */
  readonly forMs: number;
}

export interface ReleaseOp extends Place {
  readonly kind: 'release';
  readonly id: string;
}

export interface LeaseSeen {
  readonly kind: 'lease';
  readonly holds: boolean;
  /** Without this one. */
  readonly taken: number;
}

export class LeaseCell {
  /** By id, when it ends. */
  readonly leases: Map<string, number>;
  expiresAt: number;

  constructor(leases: Iterable<readonly [string, number]> = [], expiresAt = 0) {
    this.leases = new Map(leases);
    this.expiresAt = expiresAt;
  }

  look({ id, limit }: LeaseOp, now: number): LeaseSeen {
    let taken = 0;
    for (const [one, endsAt] of this.leases) if (endsAt > now && one !== id) taken++;
    return { kind: 'lease', holds: taken < limit, taken };
  }

  add({ id, forMs }: LeaseOp, now: number): void {
    for (const [one, endsAt] of this.leases) if (endsAt <= now) this.leases.delete(one);
    this.leases.set(id, now + forMs);
    this.expiresAt = Math.max(this.expiresAt, now + forMs);
  }

  release({ id }: ReleaseOp): void {
    this.leases.delete(id);
    if (this.leases.size === 0) this.expiresAt = 0;
  }
}
