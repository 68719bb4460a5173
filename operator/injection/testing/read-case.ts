/** Reads one case of injection, and gives defaults to what a case is silent on. */
import { parseAllDocuments } from 'yaml';
import { type MCPServer, mcpServerSchema } from '../../../core/api/mcp-server.ts';
import type { Orphan } from '../facts.ts';
import type { InjectionContext } from '../inject.ts';
import type { LostTarget } from '../lost-target.ts';
import type { RawMetadata, RawPod } from '../pod.ts';
import type { InjectionSettings } from '../render.ts';

export const SETTINGS: InjectionSettings = {
  image: 'ghcr.io/sallyport/sidecar:test',
  imagePullPolicy: 'IfNotPresent',
  resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '192Mi' } },
  runAsUser: 65532,
  logLevel: 'info',
  operatorUrl: 'https://sallyport-operator.sallyport-system.svc:8443',
  stateSizeLimit: '1Gi',
};

interface Case {
  readonly pod: RawPod;
  readonly context: InjectionContext;
}

export function readCase(text: string): Case {
  let pod: RawPod | undefined;
  let metadata: RawMetadata = {};
  let settings = SETTINGS;
  const servers: MCPServer[] = [];
  let orphan: Orphan | undefined;
  const lost: LostTarget[] = [];
  for (const document of parseAllDocuments(text)) {
    const { kind, ...value } = document.toJS() as { kind: string; metadata?: RawMetadata };
    if (kind === 'Pod') pod = { kind, ...value } as unknown as RawPod;
    else if (kind === 'Namespace') metadata = value.metadata ?? {};
    else if (kind === 'MCPServer') servers.push(mcpServerSchema.parse({ kind, ...value }));
    else if (kind === 'Settings') settings = { ...SETTINGS, ...value };
    else if (kind === 'Orphan') orphan = value as unknown as Orphan;
    else if (kind === 'LostTarget') lost.push(value as unknown as LostTarget);
    else throw new Error(`a case has a ${kind}, which means nothing here`);
  }
  if (pod === undefined) throw new Error('a case needs a Pod');
  const namespaceLabels = metadata.labels ?? {};
  return { pod, context: { namespace: metadata.name ?? 'default', namespaceLabels, servers, settings, orphan, lost } };
}
