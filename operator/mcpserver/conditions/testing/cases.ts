/** What the tests of conditions begin with: a server, its pods as they are once injected, and what stands beside them. */
import { compile } from '../../../../core/policy/compile.ts';
import { mcpServerSchema } from '../../../../core/api/mcp-server.ts';
import { render } from '../../../injection/render.ts';
import { recordOf } from '../../../injection/record.ts';
import { cachesWith, mcpServer, pod, type PodOptions, REVISION } from '../../../testing/gen.ts';
import { type InPods, placementOf } from '../../../placement.ts';
import type { WantedBundle } from '../../bundle.ts';
import { gatherFacts, type ServerFacts } from '../../facts.ts';

export const settings = {
  image: 'sidecar:1',
  imagePullPolicy: 'IfNotPresent',
  resources: {},
  runAsUser: 65_532,
  logLevel: 'info',
  operatorUrl: 'https://operator:8443',
  stateSizeLimit: '1Gi',
};
export const server = mcpServer();
export const compiled = (packs = ['finance/payments']): WantedBundle => ({
  kind: 'compiled',
  ...compile(mcpServerSchema.parse(server), []),
  revision: REVISION,
  packs,
});
export const rejected: WantedBundle = {
  kind: 'rejected',
  reason: 'InvalidPack',
  problem: 'pack finance/payments: spec.mode is bad',
};

/** What a pod injected with today's settings has on it. */
export const current = currentRecord();
export const injectedPod = (options: PodOptions = {}) => pod({ record: current, ...options });

function currentRecord(): object {
  const overlay = render({
    namespace: 'finance',
    server: mcpServerSchema.parse(server),
    port: 9000,
    portNames: ['mcp'],
    path: '/mcp',
    settings,
  });
  return recordOf(overlay, {
    container: 'app',
    port: 9000,
    moved: [{ container: 'app', port: 9000, name: 'mcp' }],
  });
}

export function facts(pods: object[], others: object[] = []): ServerFacts {
  return gatherFacts(
    server,
    mcpServerSchema.parse(server),
    placementOf(server) as InPods,
    cachesWith(server, ...pods, ...others),
  );
}

export function service(name: string, targetPort: number | string, more: object = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'finance', uid: `service-${name}`, resourceVersion: '1' },
    spec: { selector: { app: 'ledger' }, ports: [{ port: 80, targetPort }], ...more },
  };
}

export const enabledNamespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'finance', labels: { 'sallyport.dev/injection': 'enabled' }, uid: 'n', resourceVersion: '1' },
};
