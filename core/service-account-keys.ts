/**
 * The public keys that a cluster signs tokens of its ServiceAccounts with, as the operator hands them to gates: a file beside the bundle, and
 * not a part of it, since other keys are no other policy: calls that wait for a person go on.
 */
import * as z from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { parseJson } from './mcp/parse-json.ts';

export const SERVICE_ACCOUNT_KEYS_FILE = 'service-account-keys.json';

/** Clusters have one or two. */
const MAX_KEYS = 64;

const schema = z.object({
  /** The `iss` of tokens that the API server makes now. */
  issuer: z.string().min(1).max(2048),
  /** RFC 7517. */
  keys: z.array(z.record(z.string(), z.unknown())).min(1).max(MAX_KEYS),
});

export interface ServiceAccountKeys {
  readonly issuer: string;
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** Of a JSON Web Key what says a public key (RFC 7518 §6, RFC 8037 §2): whatever else somebody lists stays where it is. */
const PUBLIC = new Set(['kid', 'kty', 'alg', 'use', 'crv', 'n', 'e', 'x', 'y']);

/** The same text for the same keys, in whichever order they are listed. */
export function serviceAccountKeysText({ issuer, keys }: ServiceAccountKeys): string {
  const known = keys.map((key) => Object.fromEntries(Object.entries(key).filter(([name]) => PUBLIC.has(name))));
  return canonicalJson({ issuer, keys: known.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)) });
}

/** Undefined: it is no such text. */
export function readServiceAccountKeys(text: string): ServiceAccountKeys | undefined {
  try {
    return keysIn(parseJson(text));
  } catch {
    return undefined;
  }
}

/** The same of a value that was parsed already. */
export function keysIn(value: unknown): ServiceAccountKeys | undefined {
  return schema.safeParse(value).data;
}
