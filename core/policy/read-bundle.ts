/** A bundle as it is read back from a file: validated again, because between writer and reader lies a volume. */
import * as z from 'zod';
import { AUTHORIZATIONS } from '../api/access-names.ts';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../digest.ts';
import { version } from '../version.ts';
import type { Bundle } from './bundle.ts';
import { BUNDLE_VERSION, OWN_UNDERSTANDING } from './bundle-versions.ts';
import { Policy } from './policy.ts';
import { strings } from './rules/field.ts';
import { packSchema } from './rules/pack.ts';
import { orderSchema } from './settings/access-order.ts';
import { auditSchema } from './settings/audit.ts';
import { certificatesSchema } from './settings/certificates.ts';
import { jwtSchema } from './settings/jwt.ts';
import { tlsSchema } from './settings/tls.ts';
import { limitsSchema } from './settings/limits.ts';
import { trustedProxiesSchema } from './settings/trusted-proxies.ts';
import { stateSchema } from './settings/state.ts';
import { upstreamSchema } from './settings/upstream.ts';
import { serviceAccountsSchema } from './settings/service-accounts.ts';
import { wireSchema } from './settings/wire.ts';
import { parseJson } from '../mcp/parse-json.ts';

const bundleSchema = z.strictObject({
  formatVersion: z.int().min(1).max(BUNDLE_VERSION),
  requires: z.record(z.string(), strings).exactOptional(),
  server: z.strictObject({
    namespace: z.string(),
    name: z.string(),
    access: z.strictObject({
      authorization: z.enum(AUTHORIZATIONS),
      anonymous: z.boolean(),
      hosts: strings,
      origins: strings,
      url: z.string().nullable(),
      jwt: jwtSchema.exactOptional(),
      certificates: certificatesSchema.exactOptional(),
      trustedProxies: trustedProxiesSchema.exactOptional(),
      tls: tlsSchema.exactOptional(),
      serviceAccounts: serviceAccountsSchema.exactOptional(),
      order: orderSchema.exactOptional(),
    }),
    upstream: upstreamSchema.exactOptional(),
    state: stateSchema.exactOptional(),
  }),
  packs: z.array(packSchema).readonly(),
  limits: limitsSchema,
  wire: wireSchema.exactOptional(),
  audit: auditSchema.exactOptional(),
});

/** The policy in a bundle's text, or why it is none. */
export function readBundle(text: string): Policy | Unreadable {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    return { problem: 'the bundle is not JSON' };
  }
  const notForUs = beyondUs(value);
  if (notForUs !== undefined) return { problem: notForUs };
  // Of the text and not of what is understood of it: it is what the operator wrote that is in force.
  const revision = sha256(canonicalJson(value));
  const parsed = parse(value);
  if (parsed.success) return new Policy(parsed.data, revision);
  const [issue] = parsed.error.issues;
  return { problem: `the bundle's ${issue?.path.join('.') || 'root'} is not valid: ${issue?.message ?? ''}` };
}

interface Unreadable {
  readonly problem: string;
}

const headSchema = z.object({
  formatVersion: z.int(),
  requires: z.record(z.string(), strings).exactOptional(),
});

/** Looked at before anything else: what a gate does not know may have any shape. */
function beyondUs(value: unknown): string | undefined {
  const head = headSchema.safeParse(value).data;
  if (head === undefined) return undefined;
  const { formatVersion, requires = {} } = head;
  const gate = `this gate (${version})`;
  if (formatVersion > BUNDLE_VERSION)
    return `the bundle has formatVersion ${formatVersion}, and ${gate} reads up to ${BUNDLE_VERSION}; make the pod anew for a newer gate`;
  const unknown = Object.entries(requires).find(([feature]) => !OWN_UNDERSTANDING.features.includes(feature));
  if (unknown === undefined) return undefined;
  const [feature, packs] = unknown;
  return `pack ${packs.join(', ')} requires ${feature}, which ${gate} does not understand; make the pod anew for a newer gate, or take it out of the pack`;
}

/**
 * Since version 2 a field that changes what is allowed comes with a requirement, so one that is not known and not required may be passed
 * over. Version 1 had no such word: there a field that is not known may be the one that forbids.
 */
function parse(value: unknown): z.ZodSafeParseResult<Bundle> {
  const parsed = bundleSchema.safeParse(value);
  const issues = parsed.error?.issues ?? [];
  const areUnknown = issues.length > 0 && issues.every(({ code }) => code === 'unrecognized_keys');
  if (!areUnknown || (value as Bundle).formatVersion === 1) return parsed;
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys') remove(value, issue.path, issue.keys);
  }
  return bundleSchema.safeParse(value);
}

function remove(value: unknown, path: readonly PropertyKey[], keys: readonly string[]): void {
  const owner = path.reduce((inner, key) => (inner as Record<PropertyKey, unknown>)[key], value);
  for (const key of keys) delete (owner as Record<string, unknown>)[key];
}
