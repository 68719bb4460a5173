/** A firm's server in the cluster: two replicas of it, one store for both, and a pack that knows what came before. */
export const NAMESPACE = 'mcp-demo';
export const SERVER = 'books';
const LABELS = { app: SERVER };
export const STORE = 'books-store';
export const REPLICAS = 2;
export const CREDITS = 100;

export const PACK = {
  targets: { matchLabels: LABELS },
  tools: [{ names: ['*'], effect: 'Allow' }],
  labels: {
    'private-source': ['read_*'],
    'external-sink': ['send_*'],
    export: ['export_*'],
    destructive: ['delete_*'],
  },
  limits: {
    budget: [{ name: 'hour', credits: CREDITS, window: '1h', costs: [{ tools: ['*_*'], credits: 0 }] }],
  },
  taint: [
    {
      name: 'customers-stay',
      sources: { labels: ['private-source'] },
      sinks: { labels: ['external-sink'] },
      effect: 'RequireApproval',
      reason: 'customer data stays in the house',
    },
  ],
  sequences: [
    {
      name: 'keep-what-was-exported',
      after: { labels: ['export'] },
      forbid: { labels: ['destructive'] },
      within: '1h',
      effect: 'Deny',
    },
  ],
};

/** Of the store on this machine, by a name of the cluster. */
export const storeObjects = (address: string, port: number, password: string): object[] => [
  { apiVersion: 'v1', kind: 'Service', metadata: { name: STORE }, spec: { ports: [{ name: 'resp', port: 6379 }] } },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: STORE, labels: { 'kubernetes.io/service-name': STORE } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address] }],
    ports: [{ name: 'resp', port }],
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: STORE, labels: { 'sallyport.dev/upstream-credentials': 'true' } },
    stringData: { password },
  },
];

export const objects = (image: string, ca: string): object[] => [
  {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'MCPServer',
    metadata: { name: SERVER, labels: LABELS },
    spec: {
      workload: { selector: { matchLabels: LABELS }, port: 'mcp' },
      access: { tokens: { secretName: 'everything-clients' } },
      state: {
        valkey: {
          url: `rediss://${STORE}.${NAMESPACE}.svc:6379`,
          passwordFrom: { secretName: STORE, key: 'password' },
          ca,
          onFailure: 'Deny',
        },
      },
    },
  },
  { apiVersion: 'sallyport.dev/v1alpha1', kind: 'PolicyPack', metadata: { name: SERVER }, spec: PACK },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: SERVER },
    spec: {
      replicas: REPLICAS,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: {
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: 'server',
              image,
              env: [{ name: 'HOST', value: '127.0.0.1' }],
              ports: [{ name: 'mcp', containerPort: 3001 }],
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    },
  },
];
