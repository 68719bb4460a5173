/**
 * Whom a rule is for. `names` and `groups` are alternatives: one of them is enough. `issuers` and `scopes` narrow: of the issuers one has to
 * vouch for the caller, of the scopes it needs all.
 */
import * as z from 'zod';
import type { Principal } from '../principal.ts';
import { strings } from './field.ts';

const schema = z
  .strictObject({
    names: strings,
    groups: strings,
    /** Absent: whoever vouches. The feature `rules.principals`. */
    issuers: strings.exactOptional(),
    /** Absent: none is needed. The feature `rules.principals`. */
    scopes: strings.exactOptional(),
  })
  .nullable();
/** Null: everyone. Without names and groups: everyone of whom the rest is true. */
export type Principals = z.infer<typeof schema>;

type List = readonly string[] | undefined;
interface Said {
  readonly principals?:
    | {
        readonly names?: List;
        readonly groups?: List;
        readonly issuers?: List;
        readonly scopes?: List;
      }
    | undefined;
}

export const principals = {
  schema,
  compile: ({ principals: said }: Said): Principals =>
    said === undefined
      ? null
      : {
          ...{ names: said.names ?? [], groups: said.groups ?? [] },
          ...(said.issuers === undefined ? {} : { issuers: said.issuers }),
          ...(said.scopes === undefined ? {} : { scopes: said.scopes }),
        },
};

/** Whether it says more than the first gates can read. */
export function isNarrowed(said: Principals): boolean {
  return said?.issuers !== undefined || said?.scopes !== undefined;
}

/** Everybody who may be meant, in words that the first gates can read. */
export function widened(said: Principals): Principals {
  if (said === null || !isNarrowed(said)) return said;
  const { names, groups } = said;
  return names.length + groups.length === 0 ? null : { names, groups };
}

type Proven = Omit<Principal, 'kind' | 'issuer' | 'scopes'> & {
  readonly issuer?: string | undefined;
  readonly scopes?: List;
};
const NONE: readonly string[] = [];

/** Made ready once. */
export class PrincipalSet {
  readonly #names: ReadonlySet<string>;
  readonly #groups: ReadonlySet<string>;
  readonly #issuers: ReadonlySet<string | undefined> | undefined;
  /** Nothing is said of names, and so anybody has one that will do. */
  readonly #anyName: boolean;
  /** All that a caller needs; empty: none. */
  readonly scopes: readonly string[];

  constructor(said: NonNullable<Principals>) {
    const { names, groups, issuers, scopes } = said;
    this.#anyName = names.length + groups.length === 0 && isNarrowed(said);
    this.#names = new Set(names);
    this.#groups = new Set(groups);
    this.#issuers = issuers && new Set(issuers);
    this.scopes = scopes ?? NONE;
  }

  has(principal: Proven): boolean {
    const { scopes = NONE } = principal;
    return this.scopes.every((scope) => scopes.includes(scope)) && this.isAbout(principal);
  }

  /** Whether it would be meant with the scopes that are asked for. A name is no group and a group no name. */
  isAbout({ name, groups, issuer }: Proven): boolean {
    if (this.#issuers?.has(issuer) === false) return false;
    if (this.#anyName || this.#names.has(name)) return true;
    for (const group of groups) if (this.#groups.has(group)) return true;
    return false;
  }
}
