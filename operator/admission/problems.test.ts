import { expect, test } from 'vitest';
import { mcpServerSchema } from '../../core/api/mcp-server.ts';
import { policyPackSchema } from '../../core/api/policy-pack.ts';
import { packAppliesTo } from '../../core/policy/compile.ts';
import type { RawObject } from '../kit/resource.ts';
import { mcpServer, policyPack } from '../testing/gen.ts';
import { check, compileProblem, standIn } from './problems.ts';
import type { AdmissionRequest } from './review.ts';

const request = { namespace: 'finance', name: '' } as AdmissionRequest;
const without = (object: RawObject, metadata: object): RawObject =>
  JSON.parse(JSON.stringify({ ...object, metadata })) as RawObject;

test('an object that is right is read', () => {
  expect(check('MCPServer', request, mcpServer())).toHaveProperty('value.metadata.name', 'ledger');
});

test('one that is wrong is told by its fields', () => {
  expect(check('PolicyPack', request, policyPack({ spec: { mode: 'Loud' } }))).toMatchObject({
    faults: [{ field: 'spec.mode' }],
  });
});

test.each([
  ['has the namespace of the request', { name: 'ledger' }, 'ledger'],
  ['has the name that the API server will make', { generateName: 'ledger-' }, 'ledger-xxxxx'],
])('one that says less of itself %s', (_, metadata, name) => {
  expect(check('MCPServer', request, without(mcpServer(), metadata))).toMatchObject({
    value: { metadata: { namespace: 'finance', name } },
  });
});

test("a status is not the user's to get wrong", () => {
  expect(check('MCPServer', request, mcpServer({ status: { what: 1 } }))).toHaveProperty('value');
});

test('what compiles has no problem', () => {
  const pack = policyPackSchema.parse(policyPack());
  expect(compileProblem(mcpServerSchema.parse(mcpServer()), [pack])).toBeUndefined();
});

test('a pack is compiled where there is no server yet, for one that it applies to', () => {
  const pack = policyPackSchema.parse(policyPack({ spec: { targets: { matchLabels: { tier: 'gold' } } } }));
  expect(packAppliesTo(pack, standIn(pack))).toBe(true);
  expect(compileProblem(standIn(pack), [pack])).toBeUndefined();
});
