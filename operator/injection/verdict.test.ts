/** The truth table above `decide`, row by row. The words for each reason are in the goldens. */
import { expect, test } from 'vitest';
import { type MCPServer, mcpServerSchema } from '../../core/api/mcp-server.ts';
import { mcpServer } from '../testing/gen.ts';
import type { Facts } from './facts.ts';
import { decide, REFUSE_REASONS } from './verdict.ts';

const ledger: MCPServer = mcpServerSchema.parse(mcpServer());
const wiki: MCPServer = mcpServerSchema.parse(mcpServer({ name: 'wiki' }));
const found = { kind: 'found', port: 8080, container: 'app', names: ['mcp'] } as const;

const NOTHING: Facts = {
  namespace: 'finance',
  enabled: false,
  asked: false,
  optedOut: false,
  onMissing: undefined,
  orphan: undefined,
  lost: undefined,
  claimants: [],
  mirror: false,
  windows: false,
  hostNetwork: false,
  sharedProcesses: undefined,
  foreignSidecar: false,
  takenPort: undefined,
  foreignVolume: undefined,
  sharedMount: undefined,
  foreignToken: undefined,
  ports: [],
};
const orphan = { pod: 'ledger-1', server: 'ledger' };
const claimed = { claimants: [ledger], ports: [found] } as const;

function said(facts: Partial<Facts>): string {
  const verdict = decide({ ...NOTHING, ...facts });
  return verdict.kind === 'inject' ? `inject ${verdict.server.metadata.name}` : `${verdict.kind}: ${verdict.reason}`;
}

test.each<[string, Partial<Facts>, string]>([
  ['nobody spoke of', {}, 'skip: not-asked'],
  ['a server claims where nobody asked', claimed, 'skip: not-asked'],
  ['opts out', { optedOut: true }, 'skip: opted-out'],
  ['opts out of a namespace that asks', { ...claimed, enabled: true, optedOut: true }, 'skip: opted-out'],
  ['asks and opts out', { ...claimed, asked: true, optedOut: true }, 'refuse: contradiction'],
  ['no server claims in a namespace that asks', { enabled: true }, 'skip: no-server'],
  [
    'no server claims where the namespace refuses such',
    { enabled: true, onMissing: 'Refuse' },
    'refuse: missing-server',
  ],
  ['no server claims where the namespace allows such', { enabled: true, onMissing: 'Allow' }, 'skip: no-server'],
  ['had a server that is gone', { enabled: true, orphan }, 'refuse: server-gone'],
  ['had one, where the namespace refuses', { enabled: true, orphan, onMissing: 'Refuse' }, 'refuse: missing-server'],
  ['had one, where the namespace allows', { enabled: true, orphan, onMissing: 'Allow' }, 'skip: no-server'],
  ['had one, and another claims it', { ...claimed, enabled: true, orphan }, 'inject ledger'],
  ['had one, and opts out', { enabled: true, optedOut: true, orphan, onMissing: 'Refuse' }, 'skip: opted-out'],
  ['had one, in a namespace that asks for nothing', { orphan, onMissing: 'Refuse' }, 'skip: not-asked'],
  ['had one, and asks', { asked: true, orphan, onMissing: 'Allow' }, 'refuse: unclaimed'],
  ['asks and no server claims', { asked: true }, 'refuse: unclaimed'],
  ['two servers claim', { enabled: true, claimants: [ledger, wiki] }, 'refuse: several-servers'],
  ['one server claims in a namespace that asks', { ...claimed, enabled: true }, 'inject ledger'],
  ['asks and one server claims', { ...claimed, asked: true }, 'inject ledger'],
])('a pod that %s', (_, facts, expected) => {
  expect(said(facts)).toBe(expected);
});

const IMPOSSIBLE: Record<string, Partial<Facts>> = {
  'mirror-pod': { mirror: true },
  windows: { windows: true },
  'host-network': { hostNetwork: true },
  'shared-processes': { sharedProcesses: 'hostPID' },
  'foreign-sidecar': { foreignSidecar: true },
  'foreign-volume': { foreignVolume: 'sallyport-token' },
  'shared-mount': { sharedMount: { container: 'app', volume: 'sallyport-token' } },
  'foreign-token': { foreignToken: 'mine' },
  'port-missing': { ports: [{ kind: 'missing', wanted: 'mcp', declared: [] }] },
  'port-ambiguous': { ports: [found, { kind: 'ambiguous', wanted: 'mcp', containers: ['a', 'b'] }] },
  'port-twice': { ports: [found, found] },
  'port-taken': { takenPort: { container: 'app', port: 8484 } },
};

test.each(Object.entries(IMPOSSIBLE))(
  'a pod that was to get a gate and cannot is refused, never let in: %s',
  (reason, facts) => {
    expect(said({ ...claimed, enabled: true, ...facts })).toBe(`refuse: ${reason}`);
  },
);

test('every reason to refuse is among these', () => {
  const rest = ['contradiction', 'unclaimed', 'missing-server', 'target-lost', 'server-gone', 'several-servers'];
  expect([...Object.keys(IMPOSSIBLE), ...rest].sort()).toEqual(REFUSE_REASONS.toSorted());
});
