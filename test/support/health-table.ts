/** What each reason of a condition means for the health of its object, to each of those who judge it. */

/** How each judge calls it. */
export const DONE = { kstatus: 'Current', flux: 'Current', argoCD: 'Healthy' };
export const ON_ITS_WAY = { kstatus: 'InProgress', flux: 'InProgress', argoCD: 'Progressing' };
const STUCK = { kstatus: 'Failed', flux: 'Failed', argoCD: 'Degraded' };
/** Ready all the same; Flux is told to mind. */
const GONE_AROUND = { ...DONE, flux: 'Failed' };

export const SERVER: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  Ready: {
    Serving: DONE,
    ServingSomeClients: DONE,
    CredentialsMissing: STUCK,
    ScaledToZero: DONE,
    ServiceNameTaken: STUCK,
    ServiceMissing: STUCK,
    NameTaken: STUCK,
    Forbidden: STUCK,
    NotAccepted: STUCK,
    InvalidSpec: STUCK,
    NotInCluster: STUCK,
    RunDisabled: STUCK,
  },
  PolicyAccepted: { Compiled: DONE, NoPacks: DONE, InvalidPack: STUCK, TooLarge: STUCK },
  Injected: {
    AllPods: DONE,
    NoPods: ON_ITS_WAY,
    // What is applied together comes one after the other.
    TargetPending: ON_ITS_WAY,
    TargetNotFound: ON_ITS_WAY,
    TargetKindMissing: STUCK,
    TargetForbidden: STUCK,
    TargetNotUsable: STUCK,
    PodsWithoutSidecar: STUCK,
    PortNotFound: STUCK,
    PodsClaimedTwice: STUCK,
    Outdated: DONE,
  },
  PolicyEnforced: {
    AllPods: DONE,
    NoPods: ON_ITS_WAY,
    NoReadyPods: STUCK,
    Delivering: ON_ITS_WAY,
    Waiting: ON_ITS_WAY,
    BundleRejected: STUCK,
    PolicyNotAccepted: STUCK,
  },
  TLSReady: {
    Shown: DONE,
    NoPods: ON_ITS_WAY,
    CertificatePending: ON_ITS_WAY,
    // Clients are served with the last good one.
    CertificateRejected: DONE,
    NoCertificate: STUCK,
    NotMounted: STUCK,
    GatesTooOld: STUCK,
  },
  TrafficVerified: {
    LoopbackOnly: DONE,
    NoPods: DONE,
    NotReported: DONE,
    PodsWithoutSidecar: GONE_AROUND,
    ServiceGoesAround: GONE_AROUND,
    HostPort: GONE_AROUND,
    ServerPortOpen: GONE_AROUND,
    NotProvenClosed: DONE,
  },
  IdentityReady: { KeysRead: DONE, IssuerAway: DONE, NoKeys: DONE, AccountKeysAway: DONE },
  StateShared: { Shared: DONE, EachForItself: DONE, StoreAway: DONE, NotTold: DONE },
  DefinitionsAccepted: { Pinned: DONE, WaitingForApproval: DONE, NotAccepted: DONE },
  AuditWitnessed: { Witnessed: DONE, Forked: GONE_AROUND },
};
/** Stuck, unless it is judged to pass by itself: a rollout that replaces pods, pods that start. */
export const MAY_PASS = new Set(['Injected PodsWithoutSidecar', 'PolicyEnforced NoReadyPods']);
export const PACK: Readonly<Record<string, object>> = {
  Applies: DONE,
  NoServers: DONE,
  // Whoever is told of approvals decides nothing.
  UnknownChannel: DONE,
  Invalid: STUCK,
};
