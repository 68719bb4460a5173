import { describe, expect, it } from 'vitest';
import { registerTest } from './test.ts';
import { folderWith, runCli } from './testing/run-cli.ts';
import { runHere } from './testing/run-here.ts';

const PACK = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: a}
spec:
  tools:
    - {name: read, names: [read], effect: Allow}
`;

describe('sallyport test', () => {
  it('ends with 0 where every case passes', async () => {
    const folder = folderWith({ 'a.yaml': PACK, 'a.test.yaml': 'tests: [{name: reads, tool: read, expect: Allow}]' });
    const { code, stdout, stderr } = await runCli(['test', folder]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^TAP version 14\n1\.\.1\nok 1 - .*a\.test\.yaml: reads\n# 1 test, 0 failed\n# 1 of 1 rule had a say\n$/,
    );
  });

  it('ends with 1 where one does not, and says it as JUnit', async () => {
    const folder = folderWith({ 'a.yaml': PACK, 'a.test.yaml': 'tests: [{name: reads, tool: read, expect: Deny}]' });
    const { code, stdout } = await runCli(['test', '-o', 'junit', folder]);
    expect(code).toBe(1);
    expect(stdout).toContain('<failure message="expect: Deny, not Allow">');
  });

  it('ends with 1 where a rule has no say, if that is asked for', async () => {
    const pack = `${PACK}    - {name: drop, names: [drop], effect: Deny}\n`;
    const folder = folderWith({ 'a.yaml': pack, 'a.test.yaml': 'tests: [{name: reads, tool: read, expect: Allow}]' });
    const { code, stdout } = await runHere(registerTest, ['test', folder]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('no case touches:\n#   default/a#drop\n')]);
    const { code: asked, stderr } = await runHere(registerTest, [
      ...['test', '--require-coverage', '-o', 'junit', folder],
    ]);
    expect([asked, stderr]).toEqual([1, 'sallyport: no case touches default/a#drop; write one for each\n']);
  });

  it('ends with 1 where there is none', async () => {
    const { code, stderr } = await runCli(['test', folderWith()]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sallyport: no \*\.test\.yaml file in .*; write one in tests\/ beside the policy/);
  });

  it('leaves the folder a policy: cases are none of its documents', async () => {
    const folder = folderWith({ 'a.yaml': PACK, 'a.test.yaml': 'tests: [{name: reads, tool: read, expect: Allow}]' });
    const { code, stdout } = await runCli(['lint', folder]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '1 file, 1 document: no problems\n' });
  });
});
