/** Cases in the form of `sallyport test`: what was seen goes on, and what is nearly that does not. */
import type { Extreme } from '../stand-in.ts';
import { standInFor } from '../stand-in.ts';
import { nearMisses } from './near-misses.ts';
import type { ObservedTraffic, Used } from './observed.ts';
import { callerOf } from './pack.ts';
import type { SuggestedRule } from './rules.ts';

export interface SuggestedCase {
  readonly name: string;
  readonly as?: object;
  readonly tool?: string;
  readonly resource?: string;
  readonly prompt?: string;
  readonly method?: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly expect: 'Allow' | 'RequireApproval' | 'Deny';
}

/** A case, and the rule that it is about. */
export interface PlacedSuggestion {
  readonly said: SuggestedCase;
  readonly rule: SuggestedRule | undefined;
}

const MOST_MISSES = 24;
const MOST_UNUSED = 50;
const NOBODY = 'somebody-who-never-called';
const EXTREMES: readonly Extreme[] = ['least', 'most'];

export function casesFor(rules: readonly SuggestedRule[], observed: ObservedTraffic): PlacedSuggestion[] {
  const taken = new Map<string, number>();
  const named = (name: string): string => {
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  };
  const cases = rules.flatMap((rule) => [...seenCases(rule), ...missesOf(rule)].map((said) => ({ said, rule })));
  const unused = unusedCases(rules, observed).map((said) => ({ said, rule: undefined }));
  return [...cases, ...unused].map(({ said, rule }) => placed({ said, rule }, named(said.name)));
}

function placed({ said, rule }: PlacedSuggestion, name: string): PlacedSuggestion {
  return { said: { ...said, name }, rule };
}

/** Each caller at least once, with the smallest and the largest that were seen. */
function seenCases({ used, effect }: SuggestedRule): SuggestedCase[] {
  return used.flatMap((one) => {
    const args = new Map(
      one.samples
        .flatMap((sample) => EXTREMES.map((extreme) => argsFor(sample, extreme)))
        .map((value) => [JSON.stringify(value), value]),
    );
    const name = `${one.principal.name} uses ${one.name}, as was seen`;
    return [...args.values()].map((value) =>
      caseOf(name, callOf(one, value), one.kind === 'method' ? 'Allow' : effect),
    );
  });
}

function missesOf({ used, arguments: checks }: SuggestedRule): SuggestedCase[] {
  const [first] = used;
  if (first === undefined) return [];
  const args = argsFor(first.samples[0], 'least');
  const other = caseOf(`nobody else uses ${first.name}`, { ...callOf(first, args), as: { name: NOBODY } }, 'Deny');
  if (first.kind !== 'tool') return [other];
  const misses = nearMisses(args ?? {}, checks).slice(0, MOST_MISSES);
  return [
    other,
    ...misses.map(({ what, arguments: changed }) =>
      caseOf(`${first.principal.name} does not use ${first.name} with ${what}`, callOf(first, changed), 'Deny'),
    ),
  ];
}

/** What the server offers besides, and what each caller left to others. */
function unusedCases(rules: readonly SuggestedRule[], { tools }: ObservedTraffic): SuggestedCase[] {
  const used = rules.flatMap((rule) => rule.used);
  const [first] = used;
  if (first === undefined) return [];
  const known = new Set(used.flatMap(({ kind, name }) => (kind === 'tool' ? [name] : [])));
  const others = [...tools.keys()].filter((name) => !known.has(name) && name !== '' && name.length <= 256);
  return [...others.slice(0, MOST_UNUSED), 'a-tool-that-nobody-called'].map((tool) =>
    caseOf(`nobody has called ${tool}`, { ...asOf(first), tool }, 'Deny'),
  );
}

type Called = Omit<SuggestedCase, 'name' | 'expect'>;

function caseOf(name: string, called: Called, expect: SuggestedCase['expect']): SuggestedCase {
  return { name, ...called, expect };
}

function callOf(one: Used, args: Readonly<Record<string, unknown>> | undefined): Called {
  const withArgs = one.kind === 'tool' && args !== undefined && Object.keys(args).length > 0 ? { arguments: args } : {};
  return { ...asOf(one), [one.kind]: one.name, ...withArgs };
}

function asOf(one: Pick<Used, 'principal'>): { readonly as?: object } {
  const as = callerOf(one);
  return as === undefined ? {} : { as };
}

function argsFor(sample: Used['samples'][number], extreme: Extreme): Readonly<Record<string, unknown>> | undefined {
  const args = sample === undefined ? undefined : standInFor(sample, extreme);
  return typeof args === 'object' && args !== null ? (args as Readonly<Record<string, unknown>>) : undefined;
}
