/** whyNotFitting(said, call) → whether a standing grant covers the arguments of a call: pure. What it does not name it does not cover. */
import type { GrantArgument } from '../api/grant-argument.ts';
import { canonicalJson } from '../canonical-json.ts';
import { escapePart } from '../json-pointer.ts';
import { WholePattern } from '../whole-pattern.ts';

export interface CallArguments {
  readonly arguments: Readonly<Record<string, unknown>>;
  /** JSON Pointers (RFC 6901) of what is not as the server will get it: cut, or left out. Nothing but `any` fits there. */
  readonly hidden: readonly string[];
}

/** Why not, in a sentence without an end; undefined where they fit. */
export function whyNotFitting(said: readonly GrantArgument[], call: CallArguments): string | undefined {
  const fit = new Fit(said, call.hidden);
  for (const [key, value] of Object.entries(call.arguments)) {
    const problem = fit.problemAt(`/${escapePart(key)}`, value);
    if (problem !== undefined) return problem;
  }
  const missing = said.find(({ at, any }) => any !== true && !fit.met.has(at));
  return missing === undefined ? undefined : `the argument ${missing.at} is missing`;
}

class Fit {
  readonly met = new Set<string>();
  readonly #said: ReadonlyMap<string, GrantArgument>;
  readonly #hidden: readonly string[];

  constructor(said: readonly GrantArgument[], hidden: readonly string[]) {
    this.#said = new Map(said.map((one) => [one.at, one]));
    this.#hidden = hidden;
  }

  problemAt(at: string, value: unknown): string | undefined {
    const one = this.#said.get(at);
    if (one !== undefined) {
      this.met.add(at);
      return this.#problemWith(one, value);
    }
    if (this.#hidden.includes(at)) return `the argument ${at} cannot be seen whole`;
    const members = membersOf(value);
    // An empty list says something as well.
    if (members === undefined || members.length === 0) return `the argument ${at} is not named in it`;
    for (const [key, member] of members) {
      const problem = this.problemAt(`${at}/${escapePart(key)}`, member);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #problemWith(one: GrantArgument, value: unknown): string | undefined {
    if (one.any === true) return undefined;
    const { at } = one;
    if (this.#hidden.some((hidden) => hidden === at || hidden.startsWith(`${at}/`) || at.startsWith(`${hidden}/`)))
      return `the argument ${at} cannot be seen whole`;
    return isWellAllowed(one, value) ? undefined : `the argument ${at} is another`;
  }
}

/** The API server cannot know what is a pattern and what is JSON: what is none allows nothing. */
function isWellAllowed(one: GrantArgument, value: unknown): boolean {
  try {
    return isAllowed(one, value);
  } catch {
    return false;
  }
}

function isAllowed({ enum: values, pattern, min, max, json }: GrantArgument, value: unknown): boolean {
  if (values !== undefined) return (values as readonly unknown[]).includes(value);
  if (pattern !== undefined) return typeof value === 'string' && new WholePattern(pattern).matches(value);
  if (json !== undefined) return canonicalJson(JSON.parse(json)) === canonicalJson(value);
  if (min === undefined && max === undefined) return false;
  return typeof value === 'number' && value >= (min ?? -Infinity) && value <= (max ?? Infinity);
}

function membersOf(value: unknown): [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
}
