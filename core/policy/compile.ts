/** compile(server, packs) → bundle: chooses, names, merges and orders; the text that comes out is what sidecars enforce. */
import { parseDuration, parseQuantity } from '../api/common.ts';
import type { MCPServer } from '../api/mcp-server.ts';
import { DEFAULT_APPROVAL, MAX_BODY_LIMIT, type PolicyPack, type ToolRule } from '../api/policy-pack.ts';
import { canonicalJson } from '../canonical-json.ts';
import { sha256 } from '../digest.ts';
import type { TargetKind } from '../mcp/catalogue.ts';
import type { Bundle, BundlePack, BundleRule } from './bundle.ts';

export interface CompiledBundle {
  readonly bundle: Bundle;
  /** RFC 8785 text of the bundle. */
  readonly text: string;
  /** `sha256:…` of `text`. */
  readonly revision: string;
}

type RuleCommon = Pick<ToolRule, 'name' | 'effect' | 'principals' | 'approval' | 'reason'>;

/** A pack can only lower it: a limit that one pack could raise would loosen what another relies on. */
const MAX_BODY_BYTES = parseQuantity(MAX_BODY_LIMIT);

/** Packs of other namespaces and packs whose targets do not select the server are left out. */
export function compile(server: MCPServer, packs: readonly PolicyPack[]): CompiledBundle {
  const applying = packs.filter((pack) => appliesTo(pack, server));
  const { access } = server.spec;
  const bundle: Bundle = {
    formatVersion: 1,
    server: {
      namespace: server.metadata.namespace,
      name: server.metadata.name,
      access: {
        anonymous: access?.anonymous ?? false,
        hosts: (access?.hosts ?? []).toSorted(),
        origins: (access?.origins ?? []).toSorted(),
      },
    },
    packs: applying.map(compilePack).sort((a, b) => (a.ref < b.ref ? -1 : 1)),
    limits: { body: Math.min(MAX_BODY_BYTES, ...applying.filter(isEnforced).map(bodyLimit)) },
  };
  const text = canonicalJson(bundle);
  return { bundle, text, revision: sha256(text) };
}

function appliesTo(pack: PolicyPack, server: MCPServer): boolean {
  if (pack.metadata.namespace !== server.metadata.namespace) return false;
  const wanted = pack.spec.targets?.matchLabels ?? {};
  const labels = server.metadata.labels ?? {};
  return Object.keys(wanted).every((key) => labels[key] === wanted[key]);
}

/** What a pack in shadow would refuse for its size, nothing later could record as refused: its limit waits until it is enforced. */
function isEnforced(pack: PolicyPack): boolean {
  return pack.spec.mode === 'Enforce';
}

function bodyLimit(pack: PolicyPack): number {
  const body = pack.spec.limits?.body;
  return body === undefined ? MAX_BODY_BYTES : parseQuantity(body);
}

function compilePack(pack: PolicyPack): BundlePack {
  const ref = `${pack.metadata.namespace}/${pack.metadata.name}`;
  const { mode, tools, resources, prompts } = pack.spec;
  const rules = [
    ...(tools ?? []).map((rule, i) => compileRule(ref, 'tools', i, 'tool', rule, rule.names, rule.arguments ?? null)),
    ...(resources ?? []).map((rule, i) => compileRule(ref, 'resources', i, 'resource', rule, rule.uris, null)),
    ...(prompts ?? []).map((rule, i) => compileRule(ref, 'prompts', i, 'prompt', rule, rule.names, null)),
  ];
  return { ref, mode, rules };
}

function compileRule(
  ref: string,
  list: string,
  position: number,
  target: TargetKind,
  rule: RuleCommon,
  patterns: readonly string[],
  checks: BundleRule['arguments'],
): BundleRule {
  const { principals, approval } = rule;
  return {
    id: `${ref}#${rule.name ?? `${list}[${position}]`}`,
    target,
    patterns,
    effect: rule.effect,
    principals: principals === undefined ? null : { names: principals.names ?? [], groups: principals.groups ?? [] },
    arguments: checks,
    approval:
      rule.effect === 'RequireApproval'
        ? {
            expiresMs: parseDuration(approval?.expires ?? DEFAULT_APPROVAL.expires),
            holdMs: parseDuration(approval?.hold ?? DEFAULT_APPROVAL.hold),
          }
        : null,
    reason: rule.reason ?? null,
  };
}
