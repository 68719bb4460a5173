/** Where the public keys of an issuer are, and what they are. */
import type { BundleIssuer } from '../../../core/policy/settings/jwt.ts';
import { type JsonObject, fetchJson } from './fetch-json.ts';

export interface KeySet {
  readonly keys: readonly JsonObject[];
}

/** Rejects with a sentence. */
export async function findKeys({ issuer, keys }: BundleIssuer): Promise<KeySet> {
  if (keys !== null && 'set' in keys) return keys.set;
  return keySetIn(await fetchJson(keys === null ? await jwksUriOf(issuer) : keys.url));
}

/** By the metadata of the issuer: OpenID Connect Discovery 1.0 §4, or RFC 8414 §3, which puts the path behind. */
async function jwksUriOf(issuer: string): Promise<string> {
  const metadata = await first([() => fetchJson(openIdUrl(issuer)), () => fetchJson(oauthUrl(issuer))]);
  // RFC 8414 §3.3: without this, one tenant of a provider could speak for another.
  if (metadata['issuer'] !== issuer)
    throw new Error(`the metadata of ${issuer} is of issuer ${JSON.stringify(metadata['issuer'])?.slice(0, 200)}`);
  const uri = metadata['jwks_uri'];
  if (typeof uri !== 'string' || !isAsSafe(uri, issuer))
    throw new Error(`the metadata of ${issuer} names no jwks_uri that can be trusted`);
  return uri;
}

/** Keys of an issuer that is reached by TLS come by TLS, too. */
function isAsSafe(uri: string, issuer: string): boolean {
  const url = URL.parse(uri);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && issuer.startsWith('http:'));
}

function openIdUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
}

function oauthUrl(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/oauth-authorization-server${pathname === '/' ? '' : pathname}`;
}

async function first(attempts: readonly (() => Promise<JsonObject>)[]): Promise<JsonObject> {
  let failure: unknown;
  for (const attempt of attempts) {
    try {
      return await attempt();
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

function keySetIn({ keys }: JsonObject): KeySet {
  if (!Array.isArray(keys) || keys.length === 0) throw new Error('the key set of the issuer has no keys');
  return { keys: keys.filter((key) => typeof key === 'object' && key !== null) as JsonObject[] };
}
