/** Builders with defaults for tests of policy: a test names only what it is about. */
import { API_VERSION } from '../../api/common.ts';
import { type MCPServer, mcpServerSchema } from '../../api/mcp-server.ts';
import { type PolicyPack, type PolicyPackInput, policyPackSchema } from '../../api/policy-pack.ts';
import type { Target } from '../../mcp/catalogue.ts';
import type { JsonObject } from '../../mcp/message.ts';
import { compile } from '../compile.ts';
import { Policy } from '../policy.ts';
import type { Principal } from '../principal.ts';

type Spec = PolicyPackInput['spec'];

export function server(labels: Record<string, string> = {}): MCPServer {
  return mcpServerSchema.parse({
    apiVersion: API_VERSION,
    kind: 'MCPServer',
    metadata: { name: 'ledger', namespace: 'finance', labels },
    spec: { remote: { url: 'http://127.0.0.1:1/mcp' } },
  });
}

export function pack(spec: Spec, name = 'pack', namespace = 'finance'): PolicyPack {
  return policyPackSchema.parse({ apiVersion: API_VERSION, kind: 'PolicyPack', metadata: { name, namespace }, spec });
}

export function policyOf(...packs: PolicyPack[]): Policy {
  const { bundle, revision } = compile(server(), packs);
  return new Policy(bundle, revision);
}

export const ada: Principal = { kind: 'token', name: 'ada', groups: ['treasury'] };

export function tool(name: string, args: JsonObject = {}): Target {
  return { kind: 'tool', name, args };
}

export function resource(name: string): Target {
  return { kind: 'resource', name, args: undefined };
}

export function method(name: string): Target {
  return { kind: 'method', name, args: undefined };
}

export function prompt(name: string): Target {
  return { kind: 'prompt', name, args: undefined };
}
