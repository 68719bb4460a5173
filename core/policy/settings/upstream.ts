/** Which keys a gate shows to its server, and for whom, as a bundle says it. The keys themselves are in no bundle. */
import * as z from 'zod';
import type { MCPServer } from '../../api/mcp-server.ts';
import { ON_ECHO, UNMATCHED } from '../../api/upstream-names.ts';
import type { Principal } from '../principal.ts';
import { PrincipalSet, principals } from '../rules/principals.ts';
import { compileFetchedToken, fetchedTokenSchema } from './fetched-tokens.ts';

const credentialSchema = z.strictObject({
  name: z.string(),
  /** Names of headers in lower case. `prefix` stands before the key. */
  place: z.union([
    z.strictObject({ header: z.string(), prefix: z.string() }),
    z.strictObject({ query: z.string() }),
    z.strictObject({ env: z.string() }),
  ]),
  from: z.union([
    z.strictObject({ secret: z.string(), key: z.string() }),
    z.strictObject({ file: z.string() }),
    z.strictObject({ command: z.array(z.string()).readonly() }),
    ...fetchedTokenSchema.options,
  ]),
  principals: principals.schema,
});

export const upstreamSchema = z.strictObject({
  /** In the order in which they are tried. */
  credentials: z.array(credentialSchema).readonly(),
  unmatched: z.enum(UNMATCHED),
  onEcho: z.enum(ON_ECHO),
});

export type BundleCredential = Readonly<z.infer<typeof credentialSchema>>;
export type BundleUpstream = Readonly<z.infer<typeof upstreamSchema>>;

type Said = NonNullable<NonNullable<MCPServer['spec']['upstream']>['credentials']>[number];

/** Their order counts, so it is the one in which they are written. */
export function compileUpstream(upstream: MCPServer['spec']['upstream']): { readonly upstream?: BundleUpstream } {
  const { credentials, unmatched = 'Refuse', onEcho = 'Redact' } = upstream ?? {};
  if (credentials === undefined) return {};
  return { upstream: { credentials: credentials.map(compileCredential), unmatched, onEcho } };
}

function compileCredential(said: Said): BundleCredential {
  return { name: said.name, place: placeOf(said), from: sourceOf(said), principals: principals.compile(said) };
}

function placeOf({ header, prefix = '', query, env = '' }: Said): BundleCredential['place'] {
  if (header !== undefined) return { header: header.toLowerCase(), prefix };
  return query === undefined ? { env } : { query };
}

function sourceOf({ from }: Said): BundleCredential['from'] {
  const { secretName, key = '', file, command = [] } = from;
  const fetched = compileFetchedToken(from);
  if (fetched !== undefined) return fetched;
  if (secretName !== undefined) return { secret: secretName, key };
  return file === undefined ? { command } : { file };
}

/** Of the entries for each place the first that fits; `unmatched` are the places for which none does. */
export interface Chosen {
  readonly credentials: readonly BundleCredential[];
  /** Such as `header x-api-key`. */
  readonly unmatched: readonly string[];
}

/** Made ready once. */
export class CredentialChoice {
  readonly #places = new Map<
    string,
    { readonly credential: BundleCredential; readonly set: PrincipalSet | undefined }[]
  >();
  /** Whose caller does not count: most servers have one key for all. */
  readonly #same: Chosen | undefined;

  constructor({ credentials }: Pick<BundleUpstream, 'credentials'>) {
    for (const credential of credentials) {
      const place = nameOfPlace(credential);
      const entries = this.#places.get(place) ?? [];
      const set = credential.principals === null ? undefined : new PrincipalSet(credential.principals);
      entries.push({ credential, set });
      this.#places.set(place, entries);
    }
    const isSame = [...this.#places.values()].every(([first]) => first?.set === undefined);
    this.#same = isSame ? this.#choose(undefined) : undefined;
  }

  /** `principal` is undefined of what the gate asks for itself: it gets what everyone does. */
  for(principal: Principal | undefined): Chosen {
    return this.#same ?? this.#choose(principal);
  }

  #choose(principal: Principal | undefined): Chosen {
    const credentials: BundleCredential[] = [];
    const unmatched: string[] = [];
    for (const [place, entries] of this.#places) {
      const fits = entries.find(({ set }) => set === undefined || (principal !== undefined && set.has(principal)));
      if (fits === undefined) unmatched.push(place);
      else credentials.push(fits.credential);
    }
    return { credentials, unmatched };
  }
}

function nameOfPlace({ place }: BundleCredential): string {
  if ('header' in place) return `header ${place.header}`;
  return 'query' in place ? `query parameter ${place.query}` : `variable ${place.env}`;
}
