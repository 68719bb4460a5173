import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../testing/run-cli.ts';
import { hasPassed, runCaseFile } from './run-cases.ts';

const PACK = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: files}
spec:
  tools:
    - {name: read, names: [read_file], effect: Allow, arguments: {path: {type: path, roots: [/data]}}}
  clientRequests: {sampling: {effect: Deny, reason: no answers here}}
`;
const CASE = 'tests: [{name: reads, tool: read_file, arguments: {path: /data/a}, expect: Allow}]\n';

const run = async (files: Record<string, string>, name = 'files.test.yaml') =>
  (await runCaseFile(join(folderWith(files), name))).cases;
const problemOf = async (files: Record<string, string>) => (await run(files))[0]?.problems[0];

describe('cases', () => {
  it('are held against the file of the same name', async () => {
    const results = await run({ 'files.yaml': PACK, 'other.yaml': 'nonsense', 'files.test.yaml': CASE });
    expect(results).toMatchObject([{ name: 'reads', line: 1, differences: [], rules: ['default/files#read'] }]);
    expect(results.every(hasPassed)).toBe(true);
  });

  it('or against their folder', async () => {
    expect((await run({ 'pack.yaml': PACK, 'files.test.yaml': CASE })).every(hasPassed)).toBe(true);
  });

  it('or against what they say', async () => {
    const files = { 'pack.yml': PACK, 'broken.yaml': '[', 'files.test.yaml': `policy: pack.yml\n${CASE}` };
    expect((await run(files)).every(hasPassed)).toBe(true);
  });

  it('fail with what was decided instead, and what the model reads', async () => {
    const text = 'tests: [{name: climbs, tool: read_file, arguments: {path: /etc}, expect: Allow}]\n';
    const [result] = await run({ 'files.yaml': PACK, 'files.test.yaml': text });
    expect(result).toMatchObject({
      differences: [{ field: 'expect', expected: 'Allow', actual: 'Deny' }],
      refusal: expect.stringContaining('leads outside the allowed folders') as string,
    });
  });

  it('may be of what a server asks', async () => {
    const text = 'tests: [{name: asks, asks: sampling, expect: Deny, message: no answers here}]\n';
    expect((await run({ 'files.yaml': PACK, 'files.test.yaml': text })).every(hasPassed)).toBe(true);
  });

  it('are of an anonymous caller, of that of the file, or of their own', async () => {
    const pack = PACK.replace('effect: Allow', 'effect: Allow, principals: {groups: [a]}');
    const call = 'tool: read_file, expect:';
    const tests = `tests:\n  - {name: x, ${call} Allow}\n  - {name: y, as: {name: z}, ${call} Deny}\n`;
    expect(
      (await run({ 'files.yaml': pack, 'files.test.yaml': `as: {name: u, groups: [a]}\n${tests}` })).every(hasPassed),
    ).toBe(true);
    expect((await run({ 'files.yaml': pack, 'files.test.yaml': tests })).map(hasPassed)).toEqual([false, true]);
  });

  it('are about a server with the labels and the namespace that they say', async () => {
    const pack = PACK.replace('{name: files}', '{name: files, namespace: finance}').replace(
      'spec:\n',
      'spec:\n  targets: {matchLabels: {app: ledger}}\n',
    );
    const server = 'server: {namespace: finance, labels: {app: ledger}}\n';
    expect((await run({ 'files.yaml': pack, 'files.test.yaml': server + CASE })).every(hasPassed)).toBe(true);
    expect(await problemOf({ 'files.yaml': pack, 'files.test.yaml': CASE })).toMatch(
      /files\.test\.yaml:1:1: server: no PolicyPack of .*files\.yaml applies to the server default\/any; write its namespace and labels/,
    );
  });

  it('are played as if what is in shadow acted, where they or whoever runs them say so', async () => {
    const files = {
      'files.yaml': PACK.replace('spec:', 'spec:\n  mode: Shadow'),
      'files.test.yaml': `enforce: true\n${CASE}`,
    };
    expect((await run(files)).every(hasPassed)).toBe(true);
    const asWritten = { ...files, 'files.test.yaml': CASE };
    expect((await run(asWritten)).every(hasPassed)).toBe(false);
    const enforced = await runCaseFile(join(folderWith(asWritten), 'files.test.yaml'), true);
    expect(enforced.cases.every(hasPassed)).toBe(true);
  });

  it('need no Secret, and are not disturbed by what else a repository holds', async () => {
    const server = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: files}
spec: {remote: {url: "http://127.0.0.1/mcp"}, access: {tokens: {secretName: clients}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: x}
---
`;
    expect((await run({ 'files.yaml': server + PACK, 'files.test.yaml': CASE })).every(hasPassed)).toBe(true);
  });
});

describe('what cannot be read fails, and says where', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    [
      'the cases',
      { 'files.yaml': PACK, 'files.test.yaml': 'tests: 1' },
      /files\.test\.yaml:1:8: tests: expected a list/,
    ],
    ['the policy', { 'files.yaml': 'x: 1', 'files.test.yaml': CASE }, /files\.yaml:1:1: kind: is missing/],
    ['no policy', { 'files.test.yaml': `policy: a.yaml\n${CASE}` }, /a\.yaml does not exist; write its path/],
    ['no file', {}, /files\.test\.yaml:1:1: cannot be read: it does not exist/],
  ])('%s', async (_what, files, pattern) => {
    expect(await problemOf(files)).toMatch(pattern);
    expect((await run(files)).map(hasPassed)).toEqual([false]);
  });
});
