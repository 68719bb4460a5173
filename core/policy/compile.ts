/** compile(server, packs) → bundle: chooses, names, merges and orders; the text that comes out is what sidecars enforce. */
import type { MCPServer } from '../api/mcp-server.ts';
import type { PolicyPack } from '../api/policy-pack.ts';
import { canonicalJson } from '../canonical-json.ts';
import { readCondition } from '../conditions/read.ts';
import { sha256 } from '../digest.ts';
import type { Bundle } from './bundle.ts';
import { requirementsOf, versionFor } from './features.ts';
import { compilePack } from './rules/pack.ts';
import { compileCertificates } from './settings/certificates.ts';
import { compileOrder } from './settings/access-order.ts';
import { compileJwt } from './settings/jwt.ts';
import { compileTrustedProxies } from './settings/trusted-proxies.ts';
import { compileTls } from './settings/tls.ts';
import { mergeAudit } from './settings/audit.ts';
import { limitsOf, mergeLimits } from './settings/limits.ts';
import { compileState } from './settings/state.ts';
import { compileUpstream } from './settings/upstream.ts';
import { compileServiceAccounts } from './settings/service-accounts.ts';
import { mergeWire } from './settings/wire.ts';

export interface CompiledBundle {
  readonly bundle: Bundle;
  /** RFC 8785 text of the bundle. */
  readonly text: string;
  /** `sha256:…` of `text`. */
  readonly revision: string;
}

/** What is known on a cluster alone; without it a pack applies in its own namespace only. */
export interface CompileScope {
  /** The namespace of the operator, whose packs reach others. */
  readonly rootNamespace: string;
  /** Labels of the server's namespace. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
}

/** Packs that do not apply to the server are left out. */
export function compile(server: MCPServer, packs: readonly PolicyPack[], scope?: CompileScope): CompiledBundle {
  const applying = packs.filter((pack) => packAppliesTo(pack, server, scope));
  const { access } = server.spec;
  const enforced = applying.filter(isEnforced);
  const requires = requirementsOf(applying);
  const said: Bundle = {
    formatVersion: 1,
    ...(requires === undefined ? {} : { requires }),
    server: {
      namespace: server.metadata.namespace,
      name: server.metadata.name,
      access: {
        authorization: access?.authorization ?? 'Gate',
        anonymous: access?.anonymous ?? false,
        hosts: servedHosts(access),
        origins: (access?.origins ?? []).toSorted(),
        url: access?.url ?? null,
        ...compileJwt(access),
        ...compileCertificates(access),
        ...compileTrustedProxies(access),
        ...compileTls(access),
        ...compileServiceAccounts(server),
        ...compileOrder(access),
      },
      ...compileUpstream(server.spec.upstream),
      ...compileState(server.spec.state),
    },
    packs: applying.map((pack) => compilePack(pack, readCondition)).sort((a, b) => (a.ref < b.ref ? -1 : 1)),
    limits: mergeLimits(enforced),
    ...mergeWire(enforced),
    ...mergeAudit(enforced),
  };
  return compiled({ ...said, formatVersion: versionFor(said) });
}

export function compiled(bundle: Bundle): CompiledBundle {
  const text = canonicalJson(bundle);
  return { bundle, text, revision: sha256(text) };
}

/** Whoever says at which URL the endpoint is means its host to be served. */
function servedHosts(access: MCPServer['spec']['access']): string[] {
  const own = URL.parse(access?.url ?? '')?.hostname;
  return [...new Set([...(access?.hosts ?? []), ...(own === undefined ? [] : [own])])].toSorted();
}

/**
 * Whether a pack reaches the namespace of a server and its targets select the server. A `namespaceSelector` outside of the root
 * namespace, which admission refuses, changes nothing: the pack holds where it would without.
 */
export function packAppliesTo(pack: PolicyPack, server: MCPServer, scope?: CompileScope): boolean {
  const reaches =
    scope !== undefined && pack.metadata.namespace === scope.rootNamespace
      ? hasLabels(scope.namespaceLabels, pack.spec.namespaceSelector?.matchLabels)
      : pack.metadata.namespace === server.metadata.namespace;
  return reaches && hasLabels(server.metadata.labels ?? {}, pack.spec.targets?.matchLabels);
}

function hasLabels(labels: Readonly<Record<string, string>>, wanted: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}

/**
 * `sha256:…` of what a pack adds to a bundle: its mode, its rules of all kinds, its limits, what it says of the wire and its audit level, as RFC 8785
 * text. Where it applies is not part of it, nor what other packs say, so two servers that enforce the pack in this form enforce the same.
 */
export function packRevision(pack: PolicyPack): string {
  const { keys } = pack.spec.wire ?? {};
  const wire = keys === undefined ? {} : { wire: { keys } };
  return sha256(
    canonicalJson({
      ...compilePack(pack, readCondition),
      limits: limitsOf(pack.spec.limits),
      ...wire,
      ...mergeAudit([pack]),
    }),
  );
}

/** What a pack in shadow would refuse for its size, nothing later could record as refused: its limit waits until it is enforced. */
function isEnforced(pack: PolicyPack): boolean {
  return pack.spec.mode === 'Enforce';
}

/**
 * The server with every name of its Service among its hosts, from the shortest, which resolves in its own namespace, to the full
 * one: else the gate would refuse the Host header of every client in the cluster.
 * https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
 */
export function withClusterHosts(server: MCPServer, clusterDomain: string): MCPServer {
  const { namespace } = server.metadata;
  const name = server.spec.service?.name ?? server.metadata.name;
  const service = `${name}.${namespace}.svc`;
  const names = [name, `${name}.${namespace}`, service, `${service}.${clusterDomain.toLowerCase().replace(/\.$/, '')}`];
  const { access } = server.spec;
  const hosts = [...new Set([...(access?.hosts ?? []), ...names])];
  return { ...server, spec: { ...server.spec, access: { authorization: 'Gate', anonymous: false, ...access, hosts } } };
}
