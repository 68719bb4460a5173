/**
 * Sequences of a pack that no call could ever meet: of some calls each needs another of them first. Told by what stands in the pack
 * itself; what a person may let pass in spite of it, or what only records, contradicts nothing.
 */
import type { Members } from './members.ts';
import type { SaidSequence } from './sequences.ts';

export interface Contradiction {
  readonly index: number;
  readonly field: 'require' | 'order';
  readonly message: string;
}

type Labels = { readonly [label: string]: readonly string[] } | undefined;

/** One thing that a rule needs: whoever is called of `before` needs one of `require` to have been called. */
interface Need {
  readonly index: number;
  readonly field: 'require' | 'order';
  readonly before: ReadonlySet<string>;
  readonly require: ReadonlySet<string>;
  /** As text; empty: everyone. */
  readonly whose: string;
}

/** `sequences` as parsed; entries that are not are left out of it. */
export function contradictionsIn(sequences: readonly SaidSequence[], labels: Labels): Contradiction[] {
  const needs = sequences.flatMap((said, index) => needsOf(said, index, labels));
  const found = new Map<number, Contradiction>();
  for (const whose of new Set(needs.map((need) => need.whose))) {
    const own = needs.filter((need) => need.whose === '' || need.whose === whose);
    for (const { index, field, before } of neverMet(own)) {
      if (found.has(index)) continue;
      const name = [...before][0]?.split(' ')[1] ?? '';
      const message = `can never be met: ${name} and what has to come before it each need the other first; take one of them out of what is needed, or out of what needs it`;
      found.set(index, { index, field, message });
    }
  }
  return [...found.values()].sort((a, b) => a.index - b.index);
}

/** What is callable grows until nothing is added; rules behind which something is left over are those that contradict each other. */
function neverMet(needs: readonly Need[]): Need[] {
  const words = new Set(needs.flatMap(({ before, require }) => [...before, ...require]));
  const callable = new Set<string>();
  for (let before = -1; before !== callable.size;) {
    before = callable.size;
    for (const word of words) if (needs.every((need) => isMet(need, word, callable))) callable.add(word);
  }
  return needs.filter(({ before, require }) => isBarred(before, callable) && isBarred(require, callable));
}

function isMet({ before, require }: Need, word: string, callable: ReadonlySet<string>): boolean {
  return !isAmong(word, before) || [...require].some((one) => callable.has(one));
}

function isBarred(words: ReadonlySet<string>, callable: ReadonlySet<string>): boolean {
  return ![...words].some((word) => callable.has(word));
}

function isAmong(word: string, words: ReadonlySet<string>): boolean {
  if (words.has(word)) return true;
  // A name may be one of those that a pattern with a star at its end means; what other patterns have in common is not looked for.
  for (const one of words)
    if (one.endsWith('*') && word.startsWith(one.slice(0, one.indexOf('*')))) return isSimple(one);
  return false;
}

function isSimple(pattern: string): boolean {
  return pattern.indexOf('*') === pattern.length - 1;
}

function needsOf(said: SaidSequence, index: number, labels: Labels): Need[] {
  if (said.effect !== 'Deny' || said.mode === 'Shadow') return [];
  const whose = said.principals === undefined ? '' : JSON.stringify(said.principals);
  const { require, before, order } = said;
  if (require !== undefined && before !== undefined)
    return [{ index, field: 'require', before: wordsOf(before, labels), require: wordsOf(require, labels), whose }];
  return (order ?? []).slice(1).map((tool, i) => {
    const first = order?.[i] ?? '';
    return { index, field: 'order', before: new Set([`tool ${tool}`]), require: new Set([`tool ${first}`]), whose };
  });
}

function wordsOf({ tools = [], labels = [], resources = [], prompts = [] }: Members, given: Labels): Set<string> {
  const labelled = labels.flatMap((label) => [
    `label ${label}`,
    ...(given?.[label] ?? []).map((tool) => `tool ${tool}`),
  ]);
  return new Set([
    ...tools.map((tool) => `tool ${tool}`),
    ...labelled,
    ...resources.map((uri) => `resource ${uri}`),
    ...prompts.map((prompt) => `prompt ${prompt}`),
  ]);
}
