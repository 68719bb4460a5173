/** The kubelet of the one node. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tool } from '../../tools.ts';
import type { ControlPlane } from '../control-plane.ts';
import type { Daemon } from '../daemon.ts';
import { CLUSTER_DOMAIN } from './dns.ts';
import type { Sandbox } from './sandbox.ts';

export const NODE_NAME = 'test-node';

export async function startKubelet(
  sandbox: Sandbox,
  plane: ControlPlane,
  folder: string,
  runtimeSocket: string,
): Promise<Daemon> {
  const { nodeAddress, dnsAddress, cgroup } = sandbox.place;
  const place = (name: string): string => join(folder, 'kubelet', name);
  mkdirSync(place('root'), { recursive: true });
  const client = { commonName: `system:node:${NODE_NAME}`, organizations: ['system:nodes'] };
  const kubeconfig = plane.kubeconfigFor('kubelet', await plane.authority.issue('kubelet', client));
  // With its address in it, or the API server would refuse it: no logs, no exec.
  const hosts = [`IP:${nodeAddress}`, `DNS:${NODE_NAME}`];
  const serving = await plane.authority.issue('kubelet-serving', { commonName: NODE_NAME, hosts });
  writeFileSync(place('resolv.conf'), '# Pods get the name server of the cluster.\n');
  const config = {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: plane.authority.certificate.cert } },
    authorization: { mode: 'Webhook' },
    tlsCertFile: serving.cert,
    tlsPrivateKeyFile: serving.key,
    containerRuntimeEndpoint: `unix://${runtimeSocket}`,
    clusterDNS: [dnsAddress],
    clusterDomain: CLUSTER_DOMAIN,
    resolvConf: place('resolv.conf'),
    podLogsDir: place('logs'),
    volumePluginDir: place('plugins'),
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${cgroup}`,
    // Since 1.35 a kubelet refuses version 1 unless it is told not to (KEP-5573), and some machines have nothing else.
    failCgroupV1: false,
    failSwapOn: false,
    // The machine is not the node's alone: neither is anything reserved, nor is a pod evicted for what others use.
    enforceNodeAllocatable: [],
    evictionHard: {},
    imageGCHighThresholdPercent: 100,
    // Raising it needs nothing; the default of -999 needs CAP_SYS_RESOURCE.
    oomScoreAdj: 0,
  };
  writeFileSync(place('config.json'), JSON.stringify(config, undefined, 2));
  return sandbox.launch('kubelet', await tool('kubelet'), [
    `--config=${place('config.json')}`,
    `--kubeconfig=${kubeconfig}`,
    `--root-dir=${place('root')}`,
    `--hostname-override=${NODE_NAME}`,
    `--node-ip=${nodeAddress}`,
  ]);
}
