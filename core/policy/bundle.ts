/** The policy bundle: all packs that apply to one server, as one canonical JSON document. */
import type { Mode } from '../api/policy-pack.ts';
import type { TargetKind } from '../mcp/catalogue.ts';
import type { Effect } from './effect.ts';

export interface Bundle {
  readonly formatVersion: 1;
  readonly server: BundleServer;
  /** Sorted by `ref`, so that the order in which packs were read changes nothing. */
  readonly packs: readonly BundlePack[];
  readonly limits: BundleLimits;
}

export interface BundleServer {
  readonly namespace: string;
  readonly name: string;
  readonly access: {
    readonly anonymous: boolean;
    readonly hosts: readonly string[];
    readonly origins: readonly string[];
  };
}

export interface BundleLimits {
  /** Largest request body in bytes. */
  readonly body: number;
}

export interface BundlePack {
  /** `namespace/name`. */
  readonly ref: string;
  readonly mode: Mode;
  readonly rules: readonly BundleRule[];
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
