/**
 * Counts refusals of callers that nobody knows, by kind and source. Anybody can make them, so what is kept of them is bounded: the
 * first of each is recorded whole, the others are counts.
 */
import type { RefusalCount } from '../../core/audit/gate-record.ts';

/** Whole records in one period, however many kinds and sources there are. */
const MAX_WHOLE = 64;
/** Kinds and sources that are told apart in one period. */
const MAX_TOLD_APART = 256;
/** Stands for the sources that are too many to tell apart. */
const OTHERS = '*';

export class RefusalCounts {
  /** Further refusals by kind and source; one that is known from before has the count 0 until there is another. */
  readonly #counts = new Map<string, RefusalCount>();
  #whole = 0;
  #counted = 0;

  /** Something was counted that is in no record yet. */
  get isPending(): boolean {
    return this.#counted > 0;
  }

  /** True for one that is to be recorded whole; any other is counted. `mayBeWhole`: false while nothing can be recorded. */
  note(reason: string, source: string, mayBeWhole: boolean): boolean {
    const key = `${reason} ${source}`;
    const known = this.#counts.get(key);
    if (known === undefined && mayBeWhole && this.#whole < MAX_WHOLE && this.#counts.size < MAX_TOLD_APART) {
      this.#counts.set(key, { count: 0, reason, source });
      this.#whole += 1;
      return true;
    }
    this.#count(known ?? this.#entry(key, reason, source));
    return false;
  }

  /** What was counted since the last time, most first. What did not come again is forgotten, so that its next is whole. */
  take(): RefusalCount[] {
    const counts = [...this.#counts.values()].filter(({ count }) => count > 0);
    for (const [key, entry] of this.#counts) {
      if (entry.count === 0 || entry.source === OTHERS) this.#counts.delete(key);
      else this.#counts.set(key, { ...entry, count: 0 });
    }
    this.#whole = 0;
    this.#counted = 0;
    return counts.sort((a, b) => b.count - a.count);
  }

  #count(entry: RefusalCount): void {
    entry.count += 1;
    this.#counted += 1;
  }

  #entry(key: string, reason: string, source: string): RefusalCount {
    // Reasons are ours and few; only sources are without end.
    const own = this.#counts.size < MAX_TOLD_APART;
    const name = own ? key : `${reason} ${OTHERS}`;
    const entry = this.#counts.get(name) ?? { count: 0, reason, source: own ? source : OTHERS };
    this.#counts.set(name, entry);
    return entry;
  }
}

/**
 * Where a refusal came from, as it is counted: an address, or of IPv6 the network of 64 bits that one host has for itself (RFC 6177),
 * since it could send from each of its addresses.
 */
export function sourceOf(address: string | undefined): string {
  if (address === undefined || address === '') return 'unknown';
  // A socket that listens on IPv6 shows IPv4 clients' addresses in mapped form (RFC 4291 §2.5.5.2).
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice('::ffff:'.length);
  if (!address.includes(':') || address === '::1') return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${all.slice(0, 4).join(':')}::/64`;
}
