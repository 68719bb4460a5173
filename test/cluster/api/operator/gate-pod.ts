/**
 * A pod with a gate that runs: the pod as it is stored, the sidecar as a process with the environment that injection gives it, and what
 * the kubelet does for both, which is to mount the ConfigMap of the server and to make a token.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mcpServerSchema } from '../../../../core/api/mcp-server.ts';
import type { RawContainer } from '../../../../operator/injection/pod.ts';
import { render } from '../../../../operator/injection/render.ts';
import { CUSTOM_RESOURCES } from '../../../../operator/custom-resources.ts';
import { RESOURCES } from '../../../../operator/kit/kubernetes-resources.ts';
import type { RawObject, Ref } from '../../../../operator/kit/resource.ts';
import { policyConfigMapName, TOKEN_AUDIENCE } from '../../../../operator/names.ts';
import { messagesIn, modernHeaders, modernRequest } from '../../../support/messages.ts';
import { MountedVolume } from '../../../support/mounted-volume.ts';
import { rawExchange } from '../../../support/raw-http.ts';
import { type SidecarProcess, startSidecar } from '../../../support/sidecar-process.ts';
import type { TestOperator } from '../../support/operator.ts';
import type { Bench } from './bench.ts';

const SERVICE_NAMES = join(import.meta.dirname, '..', '..', '..', 'support', 'service-names.ts');
const MAIN = join(import.meta.dirname, '..', '..', '..', '..', 'sidecar', 'main.ts');
/** The kubelet needs some 50 ms from the touch of a pod to the swap of its volume. */
const SYNC_MS = 50;

export interface GatePod {
  readonly ref: Ref;
  readonly sidecar: SidecarProcess;
  /** Whether the gate lets a call of the tool through to the server. */
  allows(tool: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface GatePodOptions {
  readonly namespace: string;
  readonly name: string;
  /** URL of the MCP server behind the gate. */
  readonly upstream: string;
  readonly operator: TestOperator;
  /** How the sidecar is run; default: that of the working tree, from source. */
  readonly bundle?: string;
}

export async function startGatePod(on: Bench, options: GatePodOptions): Promise<GatePod> {
  const { namespace, name, operator, bundle = MAIN } = options;
  const ref = await on.pod(namespace, { name, gateOf: 'ledger' });
  const volume = new MountedVolume();
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-token-'));
  writeFileSync(join(folder, 'token'), await tokenOf(on, ref));
  const stop = new AbortController();
  const synced = keepMounted(on, namespace, volume, stop.signal);
  const server = await on.client.get(CUSTOM_RESOURCES.MCPServer, { namespace, name: 'ledger' });
  const sidecar = await startSidecar(
    { ...environmentOf(server, operator, volume.path, folder), SALLYPORT_UPSTREAM: options.upstream },
    [process.execPath, '--import', SERVICE_NAMES, bundle],
  );
  return {
    ref,
    sidecar,
    async allows(tool) {
      const { body } = await rawExchange(sidecar.port, {
        headers: modernHeaders('tools/call', tool),
        body: modernRequest('tools/call', { name: tool, arguments: { text: 'x' } }),
      });
      const [message] = messagesIn(body);
      const result = message?.['result'] as { isError?: boolean } | undefined;
      return result !== undefined && result.isError !== true;
    },
    async close() {
      stop.abort();
      await sidecar.close();
      await synced;
      volume.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What injection writes into a pod, with the folders and the port of this machine. */
function environmentOf(
  server: RawObject,
  operator: TestOperator,
  policy: string,
  token: string,
): Record<string, string> {
  const { container } = render({
    namespace: server.metadata.namespace ?? '',
    server: mcpServerSchema.parse({ ...server, status: undefined }),
    port: 9000,
    portNames: ['mcp'],
    path: '/mcp',
    settings: {
      ...operator.config.sidecar,
      operatorUrl: `https://sallyport-operator.${operator.config.namespace}.svc:${operator.config.ports.sidecars}`,
    },
  });
  const here: Record<string, string> = {
    '/etc/sallyport/policy': policy,
    '/var/run/secrets/sallyport.dev': token,
  };
  const variables = (container as RawContainer & { env: { name: string; value?: string }[] }).env.flatMap(
    ({ name, value }) => (value === undefined || name === 'SALLYPORT_STATE_DIR' ? [] : [[name, value] as const]),
  );
  return Object.fromEntries(
    variables.map(([name, value]) => [
      name,
      Object.entries(here).reduce((text, [there, folder]) => text.replace(there, folder), value),
    ]),
  );
}

async function keepMounted(on: Bench, namespace: string, volume: MountedVolume, signal: AbortSignal): Promise<void> {
  const map = { namespace, name: policyConfigMapName('ledger') };
  let mounted = '';
  while (!signal.aborted) {
    const data = (await on.client.find(RESOURCES.ConfigMap, map).catch(() => undefined))?.data ?? {};
    const text = JSON.stringify(data);
    if (text !== mounted) volume.swap(data);
    mounted = text;
    await sleep(SYNC_MS, undefined, { signal }).catch(() => {});
  }
}

/** As the kubelet makes one for a projected volume. */
async function tokenOf(on: Bench, { namespace = '', name }: Ref): Promise<string> {
  const { uid } = (await on.client.get(RESOURCES.Pod, { namespace, name })).metadata;
  const bound = ['--bound-object-kind=Pod', `--bound-object-name=${name}`, `--bound-object-uid=${uid}`];
  const args = ['-n', namespace, 'create', 'token', 'default', `--audience=${TOKEN_AUDIENCE}`, '--duration=1h'];
  return (await on.kubectl([...args, ...bound])).trim();
}
