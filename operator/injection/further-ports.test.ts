import { expect, test } from 'vitest';
import { type MCPServer, mcpServerSchema } from '../../core/api/mcp-server.ts';
import { mcpServer } from '../testing/gen.ts';
import { furtherPorts, furtherPortsEnv, gatedPortsOf, meantTwice, portsOfGate } from './further-ports.ts';

function server(ports?: object[]): MCPServer {
  const workload = { selector: { matchLabels: { app: 'ledger' } }, port: 9000, ...(ports && { ports }) };
  return mcpServerSchema.parse(mcpServer({ spec: { workload } }));
}
const found = (port: number, ...names: string[]) => ({ kind: 'found' as const, port, container: 'app', names });

const ADMIN = { name: 'admin', port: 'adm', path: "/a'$(POD_IP)" };

test('each has numbers of its own at the gate', () => {
  expect(furtherPorts(server(), [])).toEqual([]);
  const ports = furtherPorts(server([ADMIN, { name: 'old', port: 9002 }]), [found(9001, 'adm'), found(9002)]);
  expect(ports).toEqual([
    { name: 'admin', path: ADMIN.path, port: 9001, portNames: ['adm'], gatePort: 8487, hopPort: 8488 },
    { name: 'old', path: '/mcp', port: 9002, portNames: [], gatePort: 8489, hopPort: 8490 },
  ]);
});

test('the gate is told of them, and the kubelet finds no variable in it', () => {
  expect(furtherPortsEnv([])).toEqual([]);
  const [variable] = furtherPortsEnv(furtherPorts(server([ADMIN]), [found(9001)]));
  expect(variable?.value).not.toContain('$');
  expect(JSON.parse(variable?.value ?? '')).toEqual([
    { name: 'admin', port: 8487, hopPort: 8488, upstream: `http://127.0.0.1:9001${ADMIN.path}` },
  ]);
});

test('of an injected pod they are known by the record', () => {
  expect(gatedPortsOf({ port: 9000 })).toEqual([{ port: 9000, gatePort: 8484 }]);
  // Anybody may have written it: the gate has no more numbers than these.
  const further = [1, 2, 3, 4].map((port) => ({ port }));
  expect(gatedPortsOf({ port: 9000, further }).map(({ gatePort }) => gatePort)).toEqual([8484, 8487, 8489, 8491]);
});

test('the gate needs two ports more for each', () => {
  expect(portsOfGate(-1)).toEqual([8484, 8485, 8486]);
  expect(portsOfGate(1)).toEqual([8484, 8485, 8486, 8487, 8488]);
});

test('two that mean one port are told', () => {
  const missing = { kind: 'missing' as const, wanted: 1, declared: [] };
  expect(meantTwice([found(1), missing, found(2)])).toBeUndefined();
  expect(meantTwice([found(1), missing, found(1)])).toEqual({ port: 1 });
});
