/** The policy bundle: all packs that apply to one server, as one canonical JSON document. */
import type { WayIn } from '../api/access-names.ts';
import type { Authorization } from '../api/access.ts';
import type { BundlePack } from './rules/pack.ts';
import type { BundleAudit } from './settings/audit.ts';
import type { BundleCertificates } from './settings/certificates.ts';
import type { BundleIssuer } from './settings/jwt.ts';
import type { BundleLimits } from './settings/limits.ts';
import type { BundleState } from './settings/state.ts';
import type { BundleProxy } from './settings/trusted-proxies.ts';
import type { BundleUpstream } from './settings/upstream.ts';
import type { BundleTls } from './settings/tls.ts';
import type { BundleServiceAccounts } from './settings/service-accounts.ts';
import type { BundleWire } from './settings/wire.ts';

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
    /** Absent: no JSON Web Token is taken. The feature `access.jwt`. */
    readonly jwt?: readonly BundleIssuer[];
    /** Absent: no client is asked for a certificate. The feature `access.certificates`. */
    readonly certificates?: BundleCertificates;
    /** Absent: nobody's word counts for another. The feature `access.trustedProxies`. */
    readonly trustedProxies?: readonly BundleProxy[];
    /** Absent: clients come by plain HTTP. The feature `access.tls`. */
    readonly tls?: BundleTls;
    /** Absent: no ServiceAccount is let in. The feature `access.serviceAccounts`. */
    readonly serviceAccounts?: BundleServiceAccounts;
    /** All ways to show who one is, the first to be asked in front. Absent: the order of `DEFAULT_ORDER`. The feature `access.order`. */
    readonly order?: readonly WayIn[];
  };
  /** Absent: the gate shows nothing of its own to the server. The feature `upstream.credentials`. */
  readonly upstream?: BundleUpstream;
  /** Absent: each gate counts for itself. The feature `state.valkey`. */
  readonly state?: BundleState;
}
