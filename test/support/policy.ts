/** Builders with defaults: a test says only what it is about. */
import { API_VERSION } from '../../core/api/common.ts';
import { type MCPServerInput, mcpServerSchema } from '../../core/api/mcp-server.ts';
import { type PolicyPackInput, policyPackSchema } from '../../core/api/policy-pack.ts';
import type { Bundle } from '../../core/policy/bundle.ts';
import { type CompiledBundle, compile } from '../../core/policy/compile.ts';
import { Policy } from '../../core/policy/policy.ts';

export type PackSpec = PolicyPackInput['spec'];
type Access = MCPServerInput['spec']['access'];
type Upstream = MCPServerInput['spec']['upstream'];

export const ALLOW_ALL: PackSpec = {
  tools: [{ names: ['*'], effect: 'Allow' }],
  resources: [{ uris: ['**'], effect: 'Allow' }],
  prompts: [{ names: ['*'], effect: 'Allow' }],
};

export function bundleOf(spec: PackSpec, access: Access = { anonymous: true }, upstream?: Upstream): CompiledBundle {
  const server = mcpServerSchema.parse({
    apiVersion: API_VERSION,
    kind: 'MCPServer',
    metadata: { name: 'ledger', namespace: 'finance' },
    spec: { remote: { url: 'http://127.0.0.1:1/mcp' }, access, ...(upstream && { upstream }) },
  });
  const metadata = { name: 'rules', namespace: 'finance' };
  const pack = policyPackSchema.parse({ apiVersion: API_VERSION, kind: 'PolicyPack', metadata, spec });
  return compile(server, [pack]);
}

export function policyOf(spec: PackSpec, access?: Access, upstream?: Upstream): Policy {
  const { bundle, revision } = bundleOf(spec, access, upstream);
  return new Policy(bundle, revision);
}

/** Approvals that expire sooner than a pack may say: a test cannot wait for ten seconds. */
export function expiringIn(policy: Policy, expiresMs: number): Policy {
  return withTerms(policy, { expiresMs });
}

/** Held for less than a pack can say: what takes minutes takes moments. */
export function holdingFor(policy: Policy, holdMs: number): Policy {
  return withTerms(policy, { holdMs });
}

function withTerms(policy: Policy, terms: { readonly expiresMs?: number; readonly holdMs?: number }): Policy {
  const packs = policy.bundle.packs.map((pack) => ({
    ...pack,
    rules: pack.rules.map((rule) => ({
      ...rule,
      approval: rule.approval === null ? null : { ...rule.approval, ...terms },
    })),
  }));
  const bundle: Bundle = { ...policy.bundle, packs };
  return new Policy(bundle, `${policy.revision}-${JSON.stringify(terms)}`);
}
