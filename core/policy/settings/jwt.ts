/** Whose tokens a gate takes, as a bundle says it. */
import * as z from 'zod';
import { JWT_ALGORITHMS } from '../../api/access-names.ts';
import type { MCPServer } from '../../api/mcp-server.ts';
import { parseDuration } from '../../duration.ts';
import { parseJson } from '../../mcp/parse-json.ts';
import { milliseconds, strings } from '../rules/field.ts';

const issuerSchema = z.strictObject({
  issuer: z.string(),
  audiences: strings,
  /** Where the keys are: a URL, the keys themselves (RFC 7517), or null: where the metadata of the issuer says. */
  keys: z.union([
    z.strictObject({ url: z.string() }),
    z.strictObject({ set: z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())).readonly() }) }),
    z.null(),
  ]),
  algorithms: z.array(z.enum(JWT_ALGORITHMS)).readonly(),
  clockSkewMs: milliseconds,
  claims: z.strictObject({ name: z.string(), groups: z.string(), scopes: z.string() }),
  require: z.record(z.string(), z.string()),
  /** Whether all of its tokens have to be bound to a key (RFC 9449); those that are need a proof in any case. */
  dpop: z.literal('Required').exactOptional(),
});

export const jwtSchema = z.array(issuerSchema).readonly();

/** One issuer of JSON Web Tokens. */
export type BundleIssuer = Readonly<z.infer<typeof issuerSchema>>;

/** Sorted by issuer. */
export function compileJwt(access: MCPServer['spec']['access']): { readonly jwt?: readonly BundleIssuer[] } {
  if (access?.jwt === undefined) return {};
  const jwt = access.jwt.map((said) => ({
    issuer: said.issuer,
    audiences: said.audiences.toSorted(),
    keys: keysOf(said),
    algorithms: said.algorithms.toSorted(),
    clockSkewMs: parseDuration(said.clockSkew),
    claims: said.claims,
    require: said.require ?? {},
    ...(said.dpop === 'Required' ? { dpop: said.dpop } : {}),
  }));
  return { jwt: jwt.sort((a, b) => (a.issuer < b.issuer ? -1 : 1)) };
}

function keysOf({ jwks, jwksUrl }: { readonly jwks?: string | undefined; readonly jwksUrl?: string | undefined }) {
  if (jwksUrl !== undefined) return { url: jwksUrl };
  if (jwks === undefined) return null;
  const { keys } = parseJson(jwks) as { readonly keys: readonly Record<string, unknown>[] };
  return { set: { keys } };
}
