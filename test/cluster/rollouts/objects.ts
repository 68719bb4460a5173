/** What a team writes for its server, and the two ways around its gates. */
import { createHash } from 'node:crypto';

export const NAMESPACE = 'rollouts';
export const SERVER = 'ledger';
export const TOKEN = 'sallyport_only-for-the-load-of-the-tests';
const IMAGE = 'ghcr.io/sallyport/examples-mcp-servers:0.1.0';
export const LABELS = { app: SERVER };
/** Until nodes and balancers have heard that an endpoint is gone, on a machine that has other things to do. */
const PRE_STOP_S = 8;

export const INJECTED = { 'sallyport.dev/injection': 'enabled' };

/** `reason`: of the rule that forbids, so that it is seen which version of the pack is in force. */
export function pack(reason = 'nobody may'): object {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'PolicyPack',
    metadata: { name: SERVER, namespace: NAMESPACE },
    spec: {
      targets: { matchLabels: LABELS },
      tools: [
        { name: 'work', names: ['echo', 'slow'], effect: 'Allow' },
        { name: 'never', names: ['danger'], effect: 'Deny', reason: `forbidden by policy: ${reason}` },
      ],
    },
  };
}

export function objects(): object[] {
  const metadata = { name: SERVER, namespace: NAMESPACE, labels: LABELS };
  const digest = createHash('sha256').update(TOKEN).digest('hex');
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'clients', namespace: NAMESPACE, labels: { 'sallyport.dev/client-tokens': 'true' } },
      stringData: { load: `sha256: ${digest}` },
    },
    {
      apiVersion: 'sallyport.dev/v1alpha1',
      kind: 'MCPServer',
      metadata,
      spec: {
        workload: { selector: { matchLabels: LABELS }, port: 'mcp' },
        access: { tokens: { secretName: 'clients' } },
      },
    },
    pack(),
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deployment() },
    service('direct', {}),
    service('sticky', { sessionAffinity: 'ClientIP' }),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: LABELS } },
    },
  ];
}

function service(name: string, spec: object): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE },
    // By number, not by name: straight to the server.
    spec: { selector: LABELS, ports: [{ port: 80, targetPort: 3001 }], ...spec },
  };
}

export function deployment(): object {
  const container = {
    name: 'server',
    image: IMAGE,
    imagePullPolicy: 'IfNotPresent',
    env: [{ name: 'HOST', value: '0.0.0.0' }],
    ports: [{ name: 'mcp', containerPort: 3001 }],
    readinessProbe: { tcpSocket: { port: 3001 }, periodSeconds: 1 },
    lifecycle: { preStop: { sleep: { seconds: PRE_STOP_S } } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  };
  return {
    replicas: 2,
    selector: { matchLabels: LABELS },
    strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels: LABELS },
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [container],
      },
    },
  };
}
