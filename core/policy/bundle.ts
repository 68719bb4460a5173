/** The policy bundle: all packs that apply to one server, as one canonical JSON document. */
import type { Authorization } from '../api/mcp-server.ts';
import type { BundlePack } from './rules/pack.ts';
import type { BundleAudit } from './settings/audit.ts';
import type { BundleLimits } from './settings/limits.ts';
import type { BundleWire } from './settings/wire.ts';

export interface Bundle {
  readonly formatVersion: 1;
  readonly server: BundleServer;
  /** Sorted by `ref`, so that the order in which packs were read changes nothing. */
  readonly packs: readonly BundlePack[];
  readonly limits: BundleLimits;
  /** Absent: as for any server. So a gate that does not know of it yet reads every other bundle. */
  readonly wire?: BundleWire;
  /** Only where a pack asks for more than what holds without: gates that do not know it take no such bundle. */
  readonly audit?: BundleAudit;
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
