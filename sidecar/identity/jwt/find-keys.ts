/** Where the public keys of an issuer are, and what they are. */
import type { BundleIssuer } from '../../../core/policy/settings/jwt.ts';
import { type JsonObject, fetchJson } from './fetch-json.ts';
import { metadataOf, urlIn } from './issuer-metadata.ts';

export interface KeySet {
  readonly keys: readonly JsonObject[];
}

/** Rejects with a sentence. */
export async function findKeys({ issuer, keys }: BundleIssuer): Promise<KeySet> {
  if (keys !== null && 'set' in keys) return keys.set;
  return keySetIn(await fetchJson(keys === null ? await jwksUriOf(issuer) : keys.url));
}

async function jwksUriOf(issuer: string): Promise<string> {
  return urlIn(await metadataOf(issuer), 'jwks_uri', issuer);
}

function keySetIn({ keys }: JsonObject): KeySet {
  if (!Array.isArray(keys) || keys.length === 0) throw new Error('the key set of the issuer has no keys');
  return { keys: keys.filter((key) => typeof key === 'object' && key !== null) as JsonObject[] };
}
