/** The policy bundle: all packs that apply to one server, as one canonical JSON document. */
import type { Authorization } from '../api/mcp-server.ts';
import type { Mode } from '../api/policy-pack.ts';
import type { UnheldEffect } from '../api/unheld-effect.ts';
import type { TargetKind } from '../mcp/catalogue.ts';
import type { ClientRequestKind } from '../mcp/client-request.ts';
import type { Effect } from './effect.ts';

export interface Bundle {
  /** The oldest version in which it can be said (see bundle-versions.ts): what every gate reads stays readable for every gate. */
  readonly formatVersion: number;
  /**
   * By feature (see features.ts), the packs that must not be enforced by a gate that does not know it. Everything else that a gate does
   * not know in a bundle of version 2 and later it may pass over.
   */
  readonly requires?: { readonly [feature: string]: readonly string[] };
  readonly server: BundleServer;
  /** Sorted by `ref`, so that the order in which packs were read changes nothing. */
  readonly packs: readonly BundlePack[];
  readonly limits: BundleLimits;
  /** Absent: as for any server. The feature `wire.keys`. */
  readonly wire?: BundleWire;
  /** Absent: no pack asks for more than what holds without. The feature `audit.level`. */
  readonly audit?: { readonly level: 'Required' };
}

/** How messages to the server are read, where packs know more of it. */
export interface BundleWire {
  /** It takes two keys of an object that differ only in case for two, so that they pass. */
  readonly keys: 'CaseSensitive';
}

export interface BundleServer {
  readonly namespace: string;
  readonly name: string;
  readonly access: {
    /** Who asks callers for a token. */
    readonly authorization: Authorization;
    readonly anonymous: boolean;
    readonly hosts: readonly string[];
    readonly origins: readonly string[];
    /** URL at which clients reach the endpoint; null: as their Host header says. */
    readonly url: string | null;
  };
}

export interface BundleLimits {
  /** Largest request body in bytes. */
  readonly body: number;
  /** Most messages of one JSON-RPC batch; 0: none is taken. */
  readonly batch: number;
  /** How long a session may be without a message, milliseconds. */
  readonly sessionIdleMs: number;
}

export interface BundlePack {
  /** `namespace/name`. */
  readonly ref: string;
  readonly mode: Mode;
  readonly rules: readonly BundleRule[];
  /** At most one of each kind. */
  readonly clientRequests: readonly BundleClientRequest[];
}

/** What a pack says of one kind of request that servers make of clients. */
export interface BundleClientRequest {
  /** `namespace/pack#clientRequests.kind`. */
  readonly id: string;
  readonly kind: ClientRequestKind;
  readonly effect: UnheldEffect;
  /** Hosts that people may be sent to, exact or with a leading `*.`; null: any. Only of `urlElicitation`. */
  readonly hosts: readonly string[] | null;
  readonly reason: string | null;
}

export interface BundleRule {
  /** `namespace/pack#rule`. */
  readonly id: string;
  readonly target: TargetKind;
  /** Exact names, or with `*`; URIs also with `**`. */
  readonly patterns: readonly string[];
  readonly effect: Effect;
  /** Null: everyone. */
  readonly principals: { readonly names: readonly string[]; readonly groups: readonly string[] } | null;
  /** By parameter name; null: none is checked. */
  readonly arguments: { readonly [parameter: string]: ArgumentCheck } | null;
  /** Null unless the effect is RequireApproval. */
  readonly approval: ApprovalTerms | null;
  readonly reason: string | null;
}

export interface ArgumentCheck {
  readonly type: 'path';
  /** Absolute POSIX paths the value must stay in. */
  readonly roots: readonly string[];
}

export interface ApprovalTerms {
  /** How long a decision can be made and used, milliseconds. */
  readonly expiresMs: number;
  /** How long a call waits before its client is told to call again, milliseconds. */
  readonly holdMs: number;
}
