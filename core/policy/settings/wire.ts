/** How messages to the server are read, where packs know more of it: the strictest that any enforced pack says. */
import * as z from 'zod';
import type { PolicyPack } from '../../api/policy-pack.ts';
import { DEFAULT_KEYS } from '../../api/settings/wire.ts';

export const wireSchema = z.strictObject({
  /** The server takes two keys of an object that differ only in case for two, so that they pass. */
  keys: z.literal('CaseSensitive'),
});
export type BundleWire = Readonly<z.infer<typeof wireSchema>>;

/** What none says is not said in the bundle either. */
export function mergeWire(packs: readonly PolicyPack[]): { readonly wire?: BundleWire } {
  const said = new Set(packs.flatMap(({ spec }) => spec.wire?.keys ?? []));
  return said.has('CaseSensitive') && !said.has(DEFAULT_KEYS) ? { wire: { keys: 'CaseSensitive' } } : {};
}
