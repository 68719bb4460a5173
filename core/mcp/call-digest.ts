/** What an approval is bound to. */
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../digest.ts';
import type { JsonObject } from './message.ts';

/**
 * `sha256:…` of everything in a call that can change what the server does: who asks which server for what, with all of its
 * params. `_meta` is left out: progress tokens, trace ids and what hosts add (an id for each tool use, say) differ in
 * calls that are otherwise identical, and a client could never call again with the same digest.
 */
export function callDigest(server: string, principal: string, method: string, params: JsonObject): string {
  const { _meta, ...rest } = params;
  return sha256(canonicalJson({ method, params: rest, principal, server }));
}
