/** Whom a rule is for. */
import * as z from 'zod';
import type { Principal } from '../principal.ts';
import { strings } from './field.ts';

const schema = z.strictObject({ names: strings, groups: strings }).nullable();
/** Null: everyone. */
export type Principals = z.infer<typeof schema>;

interface Said {
  readonly principals?:
    | { readonly names?: readonly string[] | undefined; readonly groups?: readonly string[] | undefined }
    | undefined;
}

export const principals = {
  schema,
  compile: ({ principals: said }: Said): Principals =>
    said === undefined ? null : { names: said.names ?? [], groups: said.groups ?? [] },
};

/** Made ready once. */
export class PrincipalSet {
  readonly #names: ReadonlySet<string>;
  readonly #groups: ReadonlySet<string>;

  constructor({ names, groups }: NonNullable<Principals>) {
    this.#names = new Set(names);
    this.#groups = new Set(groups);
  }

  /** A name is no group and a group no name. */
  has({ name, groups }: Principal): boolean {
    if (this.#names.has(name)) return true;
    for (const group of groups) if (this.#groups.has(group)) return true;
    return false;
  }
}
