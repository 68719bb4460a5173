/** The client of a shared store is beside the bundle of the gate, is loaded where one is named, and is found there. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { API_VERSION } from '../../core/api/common.ts';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { compile } from '../../core/policy/compile.ts';
import { eventually } from '../support/eventually.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { startSidecar } from '../support/sidecar-process.ts';
import { StoreServer, storePrograms } from '../support/store-server.ts';

const dist = join(import.meta.dirname, '..', '..', 'dist');

it('no other bundle has it', () => {
  const has = (name: string): boolean => readFileSync(join(dist, `${name}.mjs`), 'utf8').includes('evalSha');
  expect(['valkey', 'gate', 'cli', 'operator'].map(has)).toEqual([true, false, false, false]);
});

describe.each(storePrograms().slice(0, 1))('with %s', (program) => {
  it('the built gate counts there', async () => {
    const store = await StoreServer.start(program);
    onTestFinished(() => store.close());
    const { text } = compile(
      mcpServerSchema.parse({
        ...{ apiVersion: API_VERSION, kind: 'MCPServer', metadata: { name: 'ledger', namespace: 'finance' } },
        spec: { remote: { url: 'http://127.0.0.1:1/mcp' }, state: { valkey: { url: store.url } } },
      }),
      [],
    );
    const volume = new MountedVolume({ 'bundle.v2.json': text });
    onTestFinished(() => volume.close());
    const env = { SALLYPORT_UPSTREAM: 'http://127.0.0.1:1/mcp', SALLYPORT_BUNDLE_DIR: volume.path };
    const gate = await startSidecar(env, [process.execPath, join(dist, 'sidecar.mjs')]);
    onTestFinished(() => gate.close());
    const isUp = 'sallyport_state_connected{server="finance/ledger"} 1';
    await eventually('it counts in the store', async () => (await gate.metrics()).includes(isUp));
  });
});
