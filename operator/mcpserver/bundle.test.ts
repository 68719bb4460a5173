import { describe, expect, test } from 'vitest';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { readBundle } from '../../core/policy/read-bundle.ts';
import { mcpServer, policyPack } from '../testing/gen.ts';
import { wantedBundle } from './bundle.ts';

const scope = { rootNamespace: 'sallyport-system', namespaceLabels: { team: 'treasury' } };
const server = mcpServerSchema.parse(mcpServer({ labels: { app: 'ledger-mcp' } }));
const wanted = (...packs: object[]) => wantedBundle(server, packs as never[], scope, 'cluster.local');

describe('the bundle of a server', () => {
  test('is made of the packs that apply, and the sidecar takes it as the revision that the status names', () => {
    const bundle = wanted(
      policyPack(),
      policyPack({ name: 'other', spec: { targets: { matchLabels: { app: 'wiki' } } } }),
    );
    expect(bundle).toMatchObject({ kind: 'compiled', packs: ['finance/payments'] });
    expect(readBundle((bundle as { text: string }).text)).toMatchObject({
      revision: (bundle as { revision: string }).revision,
    });
  });

  test('serves the names of its Service', () => {
    expect((wanted() as { text: string }).text).toContain('"ledger.finance.svc.cluster.local"');
  });

  test('takes packs of the root namespace that select its namespace', () => {
    const root = (namespaceSelector: object) =>
      policyPack({ name: 'base', namespace: 'sallyport-system', spec: { namespaceSelector } });
    expect(wanted(root({ matchLabels: { team: 'treasury' } }))).toMatchObject({ packs: ['sallyport-system/base'] });
    expect(wanted(root({ matchLabels: { team: 'sales' } }))).toMatchObject({ packs: [] });
  });

  test('is rejected as a whole when a pack that may apply cannot be read: the pack might forbid', () => {
    const bad = policyPack({ spec: { tools: [{ names: ['x'], effect: 'Alow' }] } });
    expect(wanted(policyPack({ name: 'good' }), bad)).toMatchObject({
      kind: 'rejected',
      reason: 'InvalidPack',
      problem: expect.stringContaining('pack finance/payments: spec.tools[0].effect') as string,
    });
  });

  test('is not rejected for a broken pack that is plainly about other servers', () => {
    const bad = policyPack({ spec: { mode: 'Sometimes', targets: { matchLabels: { app: 'wiki' } } } });
    expect(wanted(bad)).toMatchObject({ kind: 'compiled' });
  });

  test('is rejected when it would not fit into a ConfigMap, with its size', () => {
    const names = Array.from({ length: 256 }, (_, i) => `tool-${i}-${'x'.repeat(200)}`);
    const tools = Array.from({ length: 20 }, () => ({ names, effect: 'Allow' }));
    expect(wanted(policyPack({ spec: { tools } }))).toMatchObject({ kind: 'rejected', reason: 'TooLarge' });
  });
});
