/** Who used what how much (`tool` stands for prompts and resources as well): calls, refusals, bytes, latency and cost, by any of caller, tool, server, budget and time. In memory that is bounded. */
import { isoTime } from '../times.ts';
import { keepable } from '../clip.ts';
import { Amounts } from './amounts.ts';
import { Quantiles } from './quantiles.ts';
import type { AuditRecord } from './read-record.ts';

export const USAGE_KEYS = ['principal', 'tool', 'server', 'budget', 'time'] as const;
export type UsageKey = (typeof USAGE_KEYS)[number];

export interface UsageLatency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What stands under one combination of the keys. */
export interface UsageRow {
  /** In the order of the keys that were asked for. */
  readonly keys: readonly string[];
  readonly calls: number;
  /** Of the calls: those that the gate refused. */
  readonly refused: number;
  /** Of the calls: those that failed behind the gate. */
  readonly failed: number;
  /** Bytes that clients said in calls, and got as answers to them. Undefined: no record of them says so. */
  readonly requestBytes: number | undefined;
  readonly answerBytes: number | undefined;
  /** Milliseconds until the server began to answer, of those calls that were sent. */
  readonly upstreamMs: UsageLatency | undefined;
  /** Milliseconds that the gate itself added. */
  readonly sallyportMs: UsageLatency | undefined;
  /** Of calls that budgets count. Undefined: no record says so. */
  readonly credits: number | undefined;
  /** By currency, what these cost: decimal numbers, exact. */
  readonly amounts: Readonly<Record<string, string>>;
  readonly first: number;
  readonly last: number;
}

export interface UsageOptions {
  readonly by: readonly UsageKey[];
  /** Milliseconds of a window, where `time` is among the keys. */
  readonly everyMs: number;
}

/** What callers invent must not fill the memory: beyond so many rows, others are counted together. */
const MOST_ROWS = 10_000;
export const OTHERS = '(others)';

interface Tally {
  readonly keys: readonly string[];
  calls: number;
  refused: number;
  failed: number;
  requestBytes: number | undefined;
  answerBytes: number | undefined;
  /** Thousandths, whose sums are exact. */
  milli: number | undefined;
  readonly amounts: Amounts;
  readonly upstream: Quantiles;
  readonly own: Quantiles;
  first: number;
  last: number;
}

export class Usage {
  readonly #options: UsageOptions;
  readonly #rows = new Map<string, Tally>();

  constructor(options: UsageOptions) {
    this.#options = options;
  }

  /** Decisions count, of calls of clients: what servers ask of them, and what is no call, is no use of a tool. */
  add(record: AuditRecord): void {
    if (record.event !== 'decision' || record.method === 'response' || record.outcome === 'asked') return;
    const tally = this.#tallyOf(record);
    tally.calls++;
    if (record.outcome === 'refused') tally.refused++;
    if (record.outcome === 'upstream-error' || record.outcome === 'interrupted') tally.failed++;
    const { bytes, cost, upstreamMs, sallyportMs, time } = record;
    if (bytes !== undefined) {
      tally.requestBytes = (tally.requestBytes ?? 0) + bytes.request;
      tally.answerBytes = (tally.answerBytes ?? 0) + bytes.answer;
    }
    if (cost !== undefined) {
      tally.milli = (tally.milli ?? 0) + Math.round(cost.credits * 1000);
      tally.amounts.add(cost.amount, cost.currency);
    }
    if (upstreamMs !== undefined) tally.upstream.add(upstreamMs);
    if (sallyportMs !== undefined) tally.own.add(sallyportMs);
    tally.first = Math.min(tally.first, time);
    tally.last = Math.max(tally.last, time);
  }

  /** The busiest first; by time where that is a key. */
  rows(): UsageRow[] {
    const at = this.#options.by.indexOf('time');
    const timeOf = ({ keys }: UsageRow): string => (at === -1 ? '' : (keys[at] ?? ''));
    return [...this.#rows.values()].map(rowOf).toSorted((a, b) => {
      if (timeOf(a) !== timeOf(b)) return timeOf(a) < timeOf(b) ? -1 : 1;
      return b.calls - a.calls || (a.keys.join(' ') < b.keys.join(' ') ? -1 : 1);
    });
  }

  #tallyOf(record: AuditRecord): Tally {
    const keys = this.#options.by.map((key) => this.#keyOf(key, record));
    const known = this.#rows.get(JSON.stringify(keys));
    if (known !== undefined) return known;
    const own = this.#rows.size < MOST_ROWS ? keys : keys.map(() => OTHERS);
    const name = JSON.stringify(own);
    const tally = this.#rows.get(name) ?? newTally(own);
    this.#rows.set(name, tally);
    return tally;
  }

  #keyOf(key: UsageKey, { principal, target, server, cost, time }: AuditRecord): string {
    switch (key) {
      case 'principal':
        return principal === undefined ? '(nobody known)' : keepable(principal.name);
      case 'tool':
        return keepable(target);
      case 'server':
        return keepable(server);
      case 'budget':
        return cost === undefined ? '(none)' : keepable(cost.budget);
      case 'time': {
        const { everyMs } = this.#options;
        return isoTime(Math.floor(time / everyMs) * everyMs);
      }
    }
  }
}

function newTally(keys: readonly string[]): Tally {
  const none = { calls: 0, refused: 0, failed: 0, requestBytes: undefined, answerBytes: undefined, milli: undefined };
  const [upstream, own] = [new Quantiles(), new Quantiles()];
  return {
    keys,
    ...none,
    amounts: new Amounts(),
    upstream,
    own,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
  };
}

function rowOf({ upstream, own, milli, amounts, ...tally }: Tally): UsageRow {
  const credits = milli === undefined ? undefined : milli / 1000;
  const cost = { credits, amounts: amounts.sums() };
  return { ...tally, ...cost, upstreamMs: latencyOf(upstream), sallyportMs: latencyOf(own) };
}

function latencyOf(quantiles: Quantiles): UsageLatency | undefined {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((part) => quantiles.at(part));
  return p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 };
}
