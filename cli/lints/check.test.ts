import { expect, test } from 'vitest';
import { loadDocuments } from '../../core/api/load.ts';
import { checkLints, type Listed } from './check.ts';

const PACK = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: payments}
spec:
  tools:
    - {names: [pay], effect: Allow}
`;
const server = (name: string, label: string): string => `---
apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: ${name}, labels: {app: ${label}}}
spec: {remote: {url: "http://127.0.0.1:1/mcp"}}
`;
const LISTED: Listed = {
  from: 'tools.json',
  tools: [
    { name: 'pay', inputSchema: {} },
    { name: 're\u001bfund', inputSchema: {} },
  ],
};

function found(text: string, listed: Listed | undefined): string[] {
  const { documents, problems } = loadDocuments(text, 'a.yaml');
  expect(problems).toEqual([]);
  return checkLints(documents, listed).map(({ file, line, code, message }) => `${file}:${line} ${code}: ${message}`);
}

test('without a list nothing is said of tools', () => {
  expect(found(PACK, undefined)).toEqual([]);
});

test('a tool that nobody may call is told at the list, in harmless words', () => {
  const lines = found(PACK, LISTED);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^tools\.json:1 unnamed-tool: .*re/);
  expect(lines[0]).not.toContain('\u001b');
});

test('a name that goes on and on is cut', () => {
  const lines = found(PACK, {
    ...LISTED,
    tools: [...LISTED.tools.slice(0, 1), { name: 'n'.repeat(100_000), inputSchema: {} }],
  });
  expect(lines).toEqual([expect.stringMatching(/^.{1000,1100}\u2026$/) as string]);
});

test('a name that no tool has is told at its place in the pack', () => {
  expect(found(PACK.replace('[pay]', '[pay, refund]'), { ...LISTED, tools: LISTED.tools.slice(0, 1) })).toEqual([
    expect.stringMatching(/^a\.yaml:6 no-such-tool: "refund" matches no tool/) as string,
  ]);
});

const SELECTING = PACK.replace('spec:', 'spec:\n  targets: {matchLabels: {app: bank}}');

test('where the files have one server, packs for others are not held against its list', () => {
  const other = found(`${SELECTING.replace('[pay]', '[nothing]')}${server('shop', 'shop')}`, LISTED);
  expect(other.filter((line) => line.includes('no-such-tool'))).toEqual([]);
  const own = found(`${SELECTING.replace('[pay]', '[nothing]')}${server('bank', 'bank')}`, LISTED);
  expect(own.filter((line) => line.includes('no-such-tool'))).toHaveLength(1);
});

test('where they have several, each pack may be for the one that lists', () => {
  const text = `${SELECTING.replace('[pay]', '[nothing]')}${server('shop', 'shop')}${server('bank', 'bank')}`;
  expect(found(text, LISTED).filter((line) => line.includes('no-such-tool'))).toHaveLength(1);
});
