import { describe, expect, it } from 'vitest';
import { TARGET_KINDS } from '../../core/api/target-ref.ts';
import type { RawObject } from '../kit/resource.ts';
import { adapterOf } from './adapters.ts';

const object = (more: Pick<RawObject, 'spec' | 'status'>): RawObject => ({
  apiVersion: 'x/v1',
  kind: 'X',
  metadata: { name: 'ledger' },
  ...more,
});

function read(apiVersion: string, kind: string, more: Pick<RawObject, 'spec' | 'status'> = {}) {
  const adapter = adapterOf({ apiVersion, kind, name: 'ledger' });
  const said = object(more);
  return [adapter?.runner('ledger', said), adapter?.port(said), adapter?.path(said)];
}

const deployment = { kind: 'Deployment', name: 'ledger' };

describe('what runs an MCP server', () => {
  it('is known for every kind that may be named', () => {
    for (const { group, versions, kind } of TARGET_KINDS) {
      for (const version of versions) {
        const adapter = adapterOf({ apiVersion: `${group}/${version}`, kind, name: 'x' });
        expect(adapter?.resource).toMatchObject({ apiVersion: `${group}/${version}`, kind });
      }
    }
    expect(adapterOf({ apiVersion: 'batch/v1', kind: 'Job', name: 'x' })).toBeUndefined();
  });

  it.each<[what: string, got: unknown, wanted: unknown]>([
    ['a Deployment', read('apps/v1', 'Deployment'), [deployment, undefined, undefined]],
    ['a StatefulSet', read('apps/v1', 'StatefulSet'), [{ kind: 'StatefulSet', name: 'ledger' }, undefined, undefined]],
    [
      'the MCP Lifecycle Operator',
      read('mcp.x-k8s.io/v1beta1', 'MCPServer', { spec: { config: { port: 9000, path: '/api/mcp' } } }),
      [deployment, 9000, '/api/mcp'],
    ],
    [
      'the same, where it says what it made',
      read('mcp.x-k8s.io/v1alpha1', 'MCPServer', {
        spec: { config: { port: 9000 } },
        status: { deploymentName: 'ledger-v2' },
      }),
      [{ kind: 'Deployment', name: 'ledger-v2' }, 9000, undefined],
    ],
    ...['../../secrets/x', '..', 'a\u001B[2J', 'x'.repeat(254)].map((deploymentName): [string, unknown, unknown] => [
      'the same, where what it says it made cannot be',
      read('mcp.x-k8s.io/v1beta1', 'MCPServer', { status: { deploymentName } }),
      [deployment, undefined, undefined],
    ]),
    [
      'kmcp, of a program',
      read('kagent.dev/v1alpha1', 'MCPServer', { spec: { transportType: 'stdio', deployment: { port: 3000 } } }),
      [deployment, 3000, undefined],
    ],
    [
      'kmcp, of a server',
      read('kagent.dev/v1alpha1', 'MCPServer', {
        spec: { transportType: 'http', deployment: { port: 3000 }, httpTransport: { targetPort: 3001, path: '/x' } },
      }),
      [deployment, 3001, '/x'],
    ],
    [
      'kmcp that says nothing',
      read('kagent.dev/v1alpha1', 'MCPServer', { spec: {} }),
      [deployment, undefined, undefined],
    ],
    [
      'ToolHive',
      read('toolhive.stacklok.dev/v1beta1', 'MCPServer', { spec: { proxyPort: 8090, mcpPort: 9000 } }),
      [deployment, 8090, undefined],
    ],
    [
      'ToolHive, of old',
      read('toolhive.stacklok.dev/v1alpha1', 'MCPServer', { spec: { port: 8085 } }),
      [deployment, 8085, undefined],
    ],
    ['ToolHive by default', read('toolhive.stacklok.dev/v1beta1', 'MCPServer'), [deployment, 8080, undefined]],
    [
      'one with nonsense in its fields',
      read('mcp.x-k8s.io/v1beta1', 'MCPServer', { spec: { config: 'x' }, status: { deploymentName: 7 } }),
      [deployment, undefined, undefined],
    ],
  ])('of %s', (_, got, wanted) => expect(got).toEqual(wanted));
});
