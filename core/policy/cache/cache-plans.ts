/**
 * What the packs of a bundle say about keeping results, made ready for whoever asks about a tool. As everywhere, what several say of one
 * tool is met at its strictest: the shortest time, one caller alone, the word of the definition, and whatever clears any of them.
 */
import type { Bundle } from '../bundle.ts';
import { GlobSet } from '../glob-set.ts';
import type { BundleCacheEntry } from '../rules/cache.ts';

/** How results of one tool are kept. */
export interface CachePlan {
  /** All that speak of the tool, in order of their ids. */
  readonly entries: readonly BundleCacheEntry[];
  readonly ttlMs: number;
  /** A result answers only the caller that it was for. */
  readonly perPrincipal: boolean;
  /** Bytes of one result at most. */
  readonly maxResultBytes: number;
  /** Also a tool is kept whose definition does not say that it only reads. */
  readonly trustsNames: boolean;
  /** Only packs in shadow speak of it: it is counted what would be answered, and nothing is. */
  readonly isShadow: boolean;
}

interface Said {
  readonly entry: BundleCacheEntry;
  readonly isShadow: boolean;
}

const MAX_RESULT_BYTES = 1024 * 1024;
/** One result must not push out all others. */
const RESULT_PART = 4;
/** Names of tools are the caller's: what is remembered of them has to end. */
const MAX_PLANS = 1_000;

export class CachePlans {
  readonly #kept = new GlobSet<Said>('name');
  readonly #clearing = new GlobSet<Said>('name');
  readonly #plans = new Map<string, CachePlan | undefined>();

  private constructor(said: readonly Said[]) {
    for (const one of said) {
      for (const pattern of one.entry.tools) this.#kept.add(pattern, one);
      for (const pattern of one.entry.clearedBy) this.#clearing.add(pattern, one);
    }
  }

  /** Undefined: nothing is kept. */
  static of(packs: Bundle['packs']): CachePlans | undefined {
    const said = packs.flatMap(({ mode, cache = [] }) =>
      cache.map((entry) => ({ entry, isShadow: mode === 'Shadow' })),
    );
    return said.length === 0 ? undefined : new CachePlans(said);
  }

  /** Undefined: results of the tool are not kept. A tool that clears anything changes something, whatever else is said of it. */
  of(tool: string): CachePlan | undefined {
    if (this.#plans.has(tool)) return this.#plans.get(tool);
    const plan = this.clearedBy(tool).length > 0 ? undefined : planOf(this.#kept.match(tool));
    if (this.#plans.size < MAX_PLANS) this.#plans.set(tool, plan);
    return plan;
  }

  /** Ids of the entries that a call of the tool clears. */
  clearedBy(tool: string): readonly string[] {
    return [...new Set(this.#clearing.match(tool).map(({ entry }) => entry.id))];
  }
}

function planOf(said: readonly Said[]): CachePlan | undefined {
  const acting = said.filter(({ isShadow }) => !isShadow);
  const counted = acting.length > 0 ? acting : said;
  const entries = [...new Set(counted.map(({ entry }) => entry))].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  if (entries.length === 0) return undefined;
  return {
    entries,
    ttlMs: Math.min(...entries.map(({ ttlMs }) => ttlMs)),
    perPrincipal: entries.some(({ by }) => by === 'principal'),
    maxResultBytes: Math.min(MAX_RESULT_BYTES, ...entries.map(({ maxBytes }) => Math.floor(maxBytes / RESULT_PART))),
    trustsNames: entries.every(({ trustNames }) => trustNames),
    isShadow: acting.length === 0,
  };
}
