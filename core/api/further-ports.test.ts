import { expect, test } from 'vitest';
import { API_VERSION } from './common.ts';
import { mcpServerSchema } from './mcp-server.ts';
import { formatPath } from './problem.ts';

const WORKLOAD = { selector: { matchLabels: { app: 'a' } }, port: 8080 };

function faults(spec: object): string[] {
  const server = { apiVersion: API_VERSION, kind: 'MCPServer', metadata: { name: 'ledger' }, spec };
  return mcpServerSchema.safeParse(server).error?.issues.map(({ path }) => formatPath(path)) ?? [];
}

test.each([
  [[{ name: 'admin', port: 9090 }], []],
  [
    [
      { name: 'admin', port: 9090, path: '/admin' },
      { name: 'old', port: 'old' },
    ],
    [],
  ],
  [[{ name: 'admin', port: 8080 }], ['spec.workload.ports[0].port']],
  [
    [
      { name: 'a', port: 1 },
      { name: 'b', port: 1 },
    ],
    ['spec.workload.ports[1].port'],
  ],
  [
    [
      { name: 'a', port: 1 },
      { name: 'a', port: 2 },
    ],
    ['spec.workload.ports[1].name'],
  ],
  [[{ name: 'mcp', port: 9090 }], ['spec.workload.ports[0].name']],
  [[{ name: 'Admin', port: 9090 }], ['spec.workload.ports[0].name']],
  [[{ name: 'admin', port: 8484 }], ['spec.workload.ports[0].port']],
  [[{ name: 'admin' }], ['spec.workload.ports[0].port']],
  [Array.from({ length: 4 }, (_, i) => ({ name: `p${i}`, port: i + 1 })), ['spec.workload.ports']],
])('has more ports: %j', (ports, wrong) => {
  expect(faults({ workload: { ...WORKLOAD, ports } })).toEqual(wrong);
});

test('is looked at beside other faults, too', () => {
  const ports = [null, { name: 'a', port: 8080 }];
  expect(faults({ workload: { ...WORKLOAD, ports } })).toEqual(
    expect.arrayContaining(['spec.workload.ports[0]', 'spec.workload.ports[1].port']),
  );
  expect(faults({ workload: { ...WORKLOAD, ports: 9000 } })).toEqual(['spec.workload.ports']);
});
