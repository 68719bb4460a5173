/** The policy bundle: all packs that apply to one server, as one canonical JSON document. */
import type { Authorization } from '../api/mcp-server.ts';
import type { BundlePack } from './rules/pack.ts';

export interface Bundle {
  readonly formatVersion: 1;
  readonly server: BundleServer;
  /** Sorted by `ref`, so that the order in which packs were read changes nothing. */
  readonly packs: readonly BundlePack[];
  readonly limits: BundleLimits;
  /** Absent: as for any server. So a gate that does not know of it yet reads every other bundle. */
  readonly wire?: BundleWire;
  /** Only where a pack asks for more than what holds without: gates that do not know it take no such bundle. */
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
