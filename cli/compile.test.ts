import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../core/digest.ts';
import { Policy } from '../core/policy/policy.ts';
import { readBundle } from '../core/policy/read-bundle.ts';
import { registerCompile } from './compile.ts';
import { folderWith } from './testing/run-cli.ts';
import { runHere } from './testing/run-here.ts';

const files = {
  'a.yaml': `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: one}
spec: {remote: {url: "http://127.0.0.1:1/mcp"}}
---
apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: base}
spec: {tools: [{names: [a], effect: Allow}]}
`,
};

describe('sallyport compile', () => {
  it('prints the bundle that a sidecar reads, and its revision on standard error', async () => {
    const { code, stdout, stderr } = await runHere(registerCompile, ['compile', '-f', folderWith(files)]);
    expect(code).toBe(0);
    expect(readBundle(stdout)).toBeInstanceOf(Policy);
    expect(stderr).toBe(`${sha256(stdout)} (default/base)\n`);
  });

  it('writes it to a file', async () => {
    const folder = folderWith(files);
    const out = join(folder, 'bundle.json');
    await runHere(registerCompile, ['compile', '-f', folder, '--out', out]);
    expect(readBundle(readFileSync(out, 'utf8'))).toBeInstanceOf(Policy);
  });

  it('writes nothing when there is a problem, and says where it is', async () => {
    const folder = folderWith({ 'a.yaml': files['a.yaml'].replace('Allow', 'Allwo') });
    const { code, stdout, stderr } = await runHere(registerCompile, ['compile', '-f', folder]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('a.yaml:9:');
    expect(stderr).toContain('did you mean Allow?');
  });

  it('writes no bundle of a server that is to be shown a certificate, which no bundle can say', async () => {
    const secret = `---
apiVersion: v1
kind: Secret
metadata: {name: keys, labels: {sallyport.dev/upstream-credentials: "true"}}
`;
    const url = 'url: "https://a.example/mcp"}, upstream: {clientCertificate: {secretName: keys}}}';
    const folder = folderWith({ 'a.yaml': files['a.yaml'].replace(/url: .*/, url) + secret });
    const { code, stdout, stderr } = await runHere(registerCompile, ['compile', '-f', folder]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('spec.upstream.clientCertificate is shown by');
  });

  it('says how to go on when there is no folder', async () => {
    const { code, stderr } = await runHere(registerCompile, ['compile', '-f', '/no/such/folder']);
    expect(code).toBe(1);
    expect(stderr).toContain('sallyport init');
  });
});
