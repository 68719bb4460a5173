/** What an issuer says of itself: by OpenID Connect Discovery 1.0 §4, or by RFC 8414 §3, which puts the path behind. */
import { type JsonObject, fetchJson } from './fetch-json.ts';

/** Rejects with a sentence. */
export async function metadataOf(issuer: string): Promise<JsonObject> {
  const metadata = await first([() => fetchJson(openIdUrl(issuer)), () => fetchJson(oauthUrl(issuer))]);
  // RFC 8414 §3.3: without this, one tenant of a provider could speak for another.
  if (metadata['issuer'] !== issuer)
    throw new Error(`the metadata of ${issuer} is of issuer ${JSON.stringify(metadata['issuer'])?.slice(0, 200)}`);
  return metadata;
}

/** What belongs to an issuer that is reached by TLS is reached by TLS, too. Throws a sentence. */
export function urlIn(metadata: JsonObject, member: string, issuer: string): string {
  const url = metadata[member];
  if (typeof url !== 'string' || !isAsSafe(url, issuer))
    throw new Error(`the metadata of ${issuer} names no ${member} that can be trusted`);
  return url;
}

function isAsSafe(text: string, issuer: string): boolean {
  const url = URL.parse(text);
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
