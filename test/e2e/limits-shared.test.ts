/** Limits that the gates of a server share, where callers choose what their calls are called. */
import { describe, expect, it, vi } from 'vitest';
import { API_VERSION } from '../../core/api/common.ts';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { policyPackSchema } from '../../core/api/policy-pack.ts';
import { compile } from '../../core/policy/compile.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { ALLOW_ALL } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { startScripted } from '../support/scripted-server.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';
import { StoreServer, storePrograms } from '../support/store-server.ts';

// Two processes.
vi.setConfig({ testTimeout: 60_000 });

const { use } = cleanupAfterEach();
const TRACE: [string, string] = ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'];

function bundleFor(url: string): string {
  const server = mcpServerSchema.parse({
    ...{ apiVersion: API_VERSION, kind: 'MCPServer', metadata: { name: 'ledger', namespace: 'finance' } },
    spec: { remote: { url: 'http://127.0.0.1:1/mcp' }, access: { anonymous: true }, state: { valkey: { url } } },
  });
  const pack = policyPackSchema.parse({
    ...{ apiVersion: API_VERSION, kind: 'PolicyPack', metadata: { name: 'rules', namespace: 'finance' } },
    spec: { ...ALLOW_ALL, limits: { concurrent: [{ name: 'slots', calls: 1 }] } },
  });
  return compile(server, [pack]).text;
}

async function call({ port }: SidecarProcess): Promise<RawResponse> {
  const body = modernRequest('tools/call', { name: 'echo', arguments: {} });
  return rawExchange(port, { headers: [...modernHeaders('tools/call', 'echo'), TRACE], body });
}

describe.each(storePrograms())('%s', { tags: ['limits'] }, (program) => {
  it('a place at one gate is not that of a call with the same trace at another', async () => {
    const store = await use(StoreServer.start(program));
    const server = await use(startScripted());
    server.capabilities = { tools: {} };
    server.hang();
    const volume = await use(new MountedVolume({ 'bundle.json': bundleFor(store.url) }));
    const start = async (): Promise<SidecarProcess> => {
      const gate = await use(startSidecar({ SALLYPORT_UPSTREAM: server.url, SALLYPORT_BUNDLE_DIR: volume.path }));
      await eventually('it is ready', async () => (await gate.readiness()).status === 200);
      await eventually('it has its store', () => gate.log.some((line) => line.includes('counts in the store')), 20_000);
      return gate;
    };
    const [first, second] = await Promise.all([start(), start()]);
    // Its gate ends before it is answered.
    call(first).catch(() => undefined);
    await eventually('the server works on it', () => server.posted.some(({ method }) => method === 'tools/call'));
    expect((await call(second)).body).toContain('while 1 call by this caller is under way');
  });
});
