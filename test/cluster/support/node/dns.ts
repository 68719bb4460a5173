/** CoreDNS as a process of the node, behind the Service that pods expect. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from '../../tools.ts';
import type { Daemon } from '../daemon.ts';
import type { Place } from './place.ts';
import type { Sandbox } from './sandbox.ts';

export const CLUSTER_DOMAIN = 'cluster.local';

export async function startDns(sandbox: Sandbox, folder: string, kubeconfig: string): Promise<Daemon> {
  const corefile = join(folder, 'Corefile');
  writeFileSync(
    corefile,
    `.:53 {
  bind ${sandbox.place.nodeAddress}
  errors
  kubernetes ${CLUSTER_DOMAIN} in-addr.arpa {
    kubeconfig ${kubeconfig}
    ttl 1
  }
}
`,
  );
  return sandbox.launch('coredns', await tool('coredns'), [`-conf=${corefile}`]);
}

const ports = [
  { name: 'dns', protocol: 'UDP', port: 53 },
  { name: 'dns-tcp', protocol: 'TCP', port: 53 },
];
const metadata = { name: 'kube-dns', namespace: 'kube-system' };

/** A Service without a selector, and where it leads to. */
export const dnsObjects = ({ dnsAddress, nodeAddress }: Place): object => ({
  apiVersion: 'v1',
  kind: 'List',
  items: [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: dnsAddress, ports } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': metadata.name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [nodeAddress], conditions: { ready: true } }],
      ports,
    },
  ],
});
