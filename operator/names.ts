/** Every name that the operator writes into a cluster: labels, annotations, containers, ports, objects. Said once, here. */

/** The one field manager of everything applied; whoever reads `managedFields` sees what is ours. */
export const FIELD_MANAGER = 'sallyport-operator';

/** Audience of the token a sidecar shows to the operator; a token for anybody else's audience is no good here, nor ours there. */
export const TOKEN_AUDIENCE = 'sallyport.dev/operator';

export const LABEL = {
  /** On a namespace, `enabled`: pods that an MCPServer selects get a sidecar. */
  injection: 'sallyport.dev/injection',
  /** On a namespace, `Refuse` or `Allow`: what becomes of pods there that no MCPServer selects. */
  onMissingServer: 'sallyport.dev/on-missing-server',
  /** On a pod, `true`: the pod must have a sidecar, wherever it is. */
  inject: 'sallyport.dev/inject',
  /** On what the operator owns: the name of the MCPServer. */
  server: 'sallyport.dev/server',
  /** On an ApprovalRequest: the same for calls of one principal to one tool of a server. */
  similar: 'sallyport.dev/similar',
  managedBy: 'app.kubernetes.io/managed-by',
  /** On ConfigMaps of the operator's namespace, `true`: pins of a server. */
  pins: 'sallyport.dev/pins',
  /** Likewise, `true`: the keys that gates of a server sign their audit logs with. */
  auditKeys: 'sallyport.dev/audit-keys',
  /** Likewise, `true`: checkpoints of audit logs that were witnessed. */
  witness: 'sallyport.dev/witness',
  /** On pins: uid of the MCPServer. */
  serverUid: 'sallyport.dev/server-uid',
} as const;

export const MANAGED_BY = 'sallyport';

export const ANNOTATION = {
  /** On a pod, `false`: leave it alone. */
  inject: 'sallyport.dev/inject',
  /** On an injected pod: the MCPServer whose gate it carries. */
  server: 'sallyport.dev/server',
  /** On an injected pod: what was injected, as JSON; a second pass replaces instead of adding. */
  injected: 'sallyport.dev/injected',
  /** On a pod that was looked at and left alone: why, in a sentence. */
  skipped: 'sallyport.dev/injection-skipped',
  /** On an injected pod: the revision it should enforce. Touching it makes the kubelet refresh the mount at once. */
  revision: 'sallyport.dev/policy-revision',
  /** On an injected pod: when it was told last; another value makes the kubelet look again. */
  touched: 'sallyport.dev/policy-touched',
  /** On an injected pod: when its client tokens changed last; touched for the same reason. */
  tokens: 'sallyport.dev/tokens-changed',
} as const;

/** What a sidecar said last, kept where `kubectl describe pod` shows it and where no namespace editor can write. */
export const POD_CONDITION = {
  /** True: enforces the revision in the message. */
  enforced: 'sallyport.dev/PolicyEnforced',
  /** Always True: which bundles the gate can read, and which version it is, are in the message. */
  understands: 'sallyport.dev/BundlesUnderstood',
  /** True: the server answers on loopback only. */
  loopbackOnly: 'sallyport.dev/LoopbackOnly',
  /** True: every client token could be read. */
  tokens: 'sallyport.dev/TokensAccepted',
  /** True: the keys of every issuer could be read when they were asked for last. */
  identity: 'sallyport.dev/IdentityReady',
  /** True: the gate has every key that it is to show to the server. */
  credentials: 'sallyport.dev/CredentialsRead',
  /** True: the gate counts in the store that it shares with others. There only where one is named. */
  state: 'sallyport.dev/StateShared',
  /** True: clients are shown a certificate, which ends at the time in the message. There only where TLS is asked for. */
  certificate: 'sallyport.dev/CertificateShown',
} as const;

/** On the pods of the operator, by the chart. */
export const OPERATOR_LABELS = {
  'app.kubernetes.io/name': 'sallyport',
  'app.kubernetes.io/component': 'operator',
} as const;

export const SIDECAR_CONTAINER = 'sallyport';
export const SIDECAR_PORT = 8484;
export const SIDECAR_ADMIN_PORT = 8485;
/** Where gates of one server pass on to each other what is for another; the sidecar's own default. */
export const SIDECAR_HOP_PORT = 8486;

export interface GatePorts {
  /** Where the gate listens for clients. */
  readonly gatePort: number;
  /** Where other gates of the server pass on what is for this one. */
  readonly hopPort: number;
}

/** Of the gate in pods with more MCP ports than one, in the order of `workload.ports`. */
export const FURTHER_GATE_PORTS: readonly GatePorts[] = [
  { gatePort: 8487, hopPort: 8488 },
  { gatePort: 8489, hopPort: 8490 },
  { gatePort: 8491, hopPort: 8492 },
];

/** The port of the Service that the operator owns: the stable URL. */
export const SERVICE_PORT = 80;
/** The same where clients come by TLS. */
export const TLS_SERVICE_PORT = 443;

export const VOLUME = {
  policy: 'sallyport-policy',
  clients: 'sallyport-clients',
  revocations: 'sallyport-revocations',
  credentials: 'sallyport-credentials',
  tls: 'sallyport-tls',
  token: 'sallyport-token',
  state: 'sallyport-state',
} as const;

/** Key of a server's ConfigMap, beside the files of its bundles. */
export const OPERATOR_CA_KEY = 'operator-ca.crt';

const POLICY = 'sallyport-policy-';

export function policyConfigMapName(server: string): string {
  return `${POLICY}${server}`;
}

/** Nobody but the operator can write one of such a name (chart: gate-integrity.yaml); our labels anybody can. */
export function isPolicyConfigMap(name: string): boolean {
  return name.startsWith(POLICY);
}

/** In the operator's namespace. No namespace has a dot in its name, so no two servers share one. */
export function pinsConfigMapName({ namespace, server }: { namespace: string; server: string }): string {
  return `sallyport-pins-${namespace}.${server}`;
}

/** The server whose pins an object of that name holds. */
export function serverOfPins(name: string): ServerRef | undefined {
  return serverIn(/^sallyport-pins-([^.]+)\.(.+)$/.exec(name));
}

interface ServerRef {
  readonly namespace: string;
  readonly name: string;
}

function serverIn(match: RegExpExecArray | null): ServerRef | undefined {
  const [, namespace, name] = match ?? [];
  return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** In the operator's namespace, as pins are. */
export function auditKeysConfigMapName({ namespace, name }: { namespace: string; name: string }): string {
  return `sallyport-audit-keys-${namespace}.${name}`;
}

/** The server whose keys an object of that name holds. */
export function serverOfAuditKeys(name: string): ServerRef | undefined {
  return serverIn(/^sallyport-audit-keys-([^.]+)\.(.+)$/.exec(name));
}

/** In the operator's namespace: the keys that it cosigns with. */
export const WITNESS_KEYS = 'sallyport-witness-keys';

/** In the operator's namespace, one for each part of the streams. */
export function witnessConfigMapName(shard: number): string {
  return `sallyport-witness-${shard}`;
}

/** The Secret with the operator's own certificates, shared by its replicas. */
export const TLS_SECRET = 'sallyport-operator-tls';

/** The Secret with the keys that handles of clients are sealed with, shared likewise. */
export const HANDLE_KEYS_SECRET = 'sallyport-operator-handle-keys';

/** The Service of the archive, and the Secret that the operator keeps its certificate in. */
export const ARCHIVE_SERVICE = 'sallyport-archive';
export const ARCHIVE_TLS_SECRET = 'sallyport-archive-tls';
export const ARCHIVE_PORT = 8443;

/** The Service that takes decisions from Slack and web hooks, and the Secret that the operator keeps its certificate in. */
export const HOOKS_SERVICE = 'sallyport-hooks';
export const HOOKS_TLS_SECRET = 'sallyport-hooks-tls';

/** Names of Kubernetes' own. All are read; the default container is also written, where a pod names none, and our volume among those that may be evicted. */
export const KUBERNETES = {
  mirrorPod: 'kubernetes.io/config.mirror',
  osLabel: 'kubernetes.io/os',
  defaultContainer: 'kubectl.kubernetes.io/default-container',
  evictableVolumes: 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes',
} as const;

/** Admission policies of the chart. Their bindings have the same names; one has a second. */
export const ADMISSION_POLICIES = {
  vote: 'sallyport-approval-vote',
  approvals: 'sallyport-approvals',
  grants: 'sallyport-grants',
  grantAuthor: 'sallyport-grant-author',
  grantVote: 'sallyport-grant-vote',
  injectedPods: 'sallyport-injected-pods',
  injectedPodsByLabel: 'sallyport-injected-pods-by-label',
  gates: 'sallyport-gates',
  gateExec: 'sallyport-gate-exec',
  gateTokens: 'sallyport-gate-tokens',
  policyConfigMaps: 'sallyport-policy-configmaps',
  credentialNames: 'sallyport-credential-names',
  credentialSecrets: 'sallyport-credential-secrets',
} as const;

/** The webhook configuration by which the operator writes votes, where no MutatingAdmissionPolicy of this name does. */
export const VOTE_WEBHOOK = 'sallyport-approval-vote';

/** Key of the operator's ConfigMap under which the chart says what it installs: the manifests of policies, bindings and webhooks. */
export const INSTALLED_KEY = 'installed.yaml';

/** The Lease by which replicas agree on one that acts. */
export const LEASE = 'sallyport-operator';

/** Where sidecars reach the operator: the port of its Service. */
export const SIDECAR_API_PORT = 8443;
