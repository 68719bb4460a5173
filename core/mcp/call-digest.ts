/** What an approval is bound to. */
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../digest.ts';
import type { JsonObject } from './message.ts';

/**
 * `sha256:…` of everything in a call that can change what the server does: who asks which server for what, with all of its
 * params. `_meta` is left out: progress tokens, trace ids and what hosts add (an id for each tool use, say) differ in
 * calls that are otherwise identical, and a client could never call again with the same digest.
 * Canonical JSON (RFC 8785) has one spelling for a number; `numbers` are those of the params that were written otherwise, by JSON Pointer.
 */
export function callDigest(
  server: string,
  principal: string,
  method: string,
  params: JsonObject,
  numbers: ReadonlyMap<string, string> = new Map(),
): string {
  const { _meta, ...rest } = params;
  const counted = [...numbers].filter(([path]) => path !== META && !path.startsWith(`${META}/`));
  const spelled = counted.length === 0 ? {} : { numbers: Object.fromEntries(counted) };
  return sha256(canonicalJson({ method, params: rest, principal, server, ...spelled }));
}

const META = '/_meta';
