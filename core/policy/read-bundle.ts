/** A bundle as it is read back from a file: validated again, because between writer and reader lies a volume. */
import * as z from 'zod';
import { AUTHORIZATIONS } from '../api/mcp-server.ts';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../digest.ts';
import type { Bundle } from './bundle.ts';
import { Policy } from './policy.ts';
import { strings } from './rules/field.ts';
import { packSchema } from './rules/pack.ts';
import { auditSchema } from './settings/audit.ts';
import { limitsSchema } from './settings/limits.ts';
import { wireSchema } from './settings/wire.ts';

const bundleSchema = z.strictObject({
  formatVersion: z.literal(1),
  server: z.strictObject({
    namespace: z.string(),
    name: z.string(),
    access: z.strictObject({
      authorization: z.enum(AUTHORIZATIONS),
      anonymous: z.boolean(),
      hosts: strings,
      origins: strings,
      url: z.string().nullable(),
    }),
  }),
  packs: z.array(packSchema).readonly(),
  limits: limitsSchema,
  wire: wireSchema.exactOptional(),
  audit: auditSchema.exactOptional(),
});

/** The policy in a bundle's text, or why it is none. */
export function readBundle(text: string): Policy | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'the bundle is not JSON' };
  }
  const parsed = bundleSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { problem: `the bundle's ${issue?.path.join('.') || 'root'} is not valid: ${issue?.message ?? ''}` };
  }
  const bundle: Bundle = parsed.data;
  return new Policy(bundle, sha256(canonicalJson(bundle)));
}
