import { expect, it } from 'vitest';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { cachesWith, mcpServer, pod } from '../testing/gen.ts';
import { replicasFile, replicasOf } from './replica-count.ts';

const object = mcpServer();
const server = mcpServerSchema.parse({ ...object, spec: { ...object.spec, state: { valkey: { url: 'rediss://a' } } } });
const count = (...pods: object[]) => replicasOf(server, { app: 'ledger' }, cachesWith(object, ...pods));

it('counts the gates of the server that answer calls, also while they end', () => {
  const [first, second, other] = [
    pod({ name: 'a', gateOf: 'ledger' }),
    pod({ name: 'b', gateOf: 'ledger' }),
    pod({ name: 'c', gateOf: 'another' }),
  ];
  const ending = { ...second, metadata: { ...second.metadata, deletionTimestamp: '2026-11-21T10:15:00Z' } };
  const done = { ...pod({ name: 'd', gateOf: 'ledger' }), status: { phase: 'Succeeded' } };
  const lost = { ...pod({ name: 'e', gateOf: 'ledger' }), status: { phase: 'Failed' } };
  expect(count(first, ending, other, done, lost)).toBe(2);
});

it('is at least the one that asks, and nothing where nobody does', () => {
  expect(count()).toBe(1);
  expect(replicasOf(mcpServerSchema.parse(object), { app: 'ledger' }, cachesWith(object))).toBeUndefined();
  expect(replicasFile(3)).toEqual({ replicas: '3' });
  expect(replicasFile(undefined)).toEqual({});
});
