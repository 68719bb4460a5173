import { expect, test } from 'vitest';
import { parsePack, parseServer } from './parsed.ts';
import { mcpServer, policyPack } from './testing/gen.ts';

test('what is valid is read with its defaults', () => {
  expect(parseServer(mcpServer())).toMatchObject({ value: { spec: { workload: { path: '/mcp' } } } });
});

test.each([
  [
    'a field that is missing',
    mcpServer({ spec: { workload: { selector: { matchLabels: { app: 'x' } } } } }),
    /^spec\.workload\.port: /,
  ],
  ['a field that does not exist', mcpServer({ spec: { worklaod: {} } }), /^spec\.worklaod: .*workload/],
  ['no way to the server', { ...mcpServer(), spec: {} }, /^spec: names no server; add/],
])('of %s the problem says where, what and how to mend it', (_, object, says) => {
  const parsed = parseServer(object);
  expect('problem' in parsed ? parsed.problem : parsed).toMatch(says);
});

test('of several problems one is told, and how many more there are', () => {
  const parsed = parsePack(policyPack({ spec: { mode: 'Maybe', tools: [{ names: [], effect: 'Perhaps' }] } }));
  expect('problem' in parsed ? parsed.problem : parsed).toMatch(/ \(and \d more\)$/);
});

test('what a newer operator wrote into the status makes nothing unreadable', () => {
  expect(parseServer(mcpServer({ status: { novelty: 1 } }))).toHaveProperty('value');
  const pack = { ...policyPack(), status: { novelty: 1 } };
  expect(parsePack(pack)).toHaveProperty('value');
});

test('an object is read once, whether it is valid or not', () => {
  const [good, bad] = [mcpServer(), mcpServer({ spec: { workload: 1 } })];
  expect(parseServer(good)).toBe(parseServer(good));
  expect(parseServer(bad)).toBe(parseServer(bad));
});
