import { describe, expect, it } from 'vitest';
import { lint, renderJson, renderText } from './lint.ts';
import { folderWith, runCli } from './testing/run-cli.ts';

const SERVER = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: ledger}
spec: {remote: {url: "http://127.0.0.1:1/mcp"}}
`;
const PACK = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: payments}
spec:
  tools:
    - {names: [get_*], effect: Allow}
`;

describe('lint', () => {
  it('finds nothing in good files', () => {
    const report = lint([
      { path: 'a.yaml', text: `${SERVER}---\n${PACK}` },
      { path: 'b.yaml', text: PACK.replace('payments', 'others') },
    ]);
    expect(renderText(report)).toBe('2 files, 3 documents: no problems\n');
    expect(JSON.parse(renderJson(report))).toEqual({ ok: true, files: 2, problems: [], warnings: [] });
  });

  it('leaves out what belongs to the cluster, and says so', () => {
    const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ledger}\n';
    const report = lint([{ path: 'a.yaml', text: `${SERVER}---\n${deployment}` }]);
    expect(renderText(report)).toBe('1 file, 1 document (1 of other kinds left out): no problems\n');
  });

  it('names every problem with its place and mend', () => {
    const report = lint([{ path: 'a.yaml', text: PACK.replace('Allow', 'Denny') }]);
    expect(renderText(report)).toMatch(
      /^a\.yaml:6:\d+: spec\.tools\[0\]\.effect: "Denny" .*did you mean Deny\?\n1 file: 1 problem\n$/,
    );
    expect(JSON.parse(renderJson(report))).toMatchObject({
      ok: false,
      problems: [
        { file: 'a.yaml', line: 6, path: 'spec.tools[0].effect', value: '"Denny"', mend: 'did you mean Deny?' },
      ],
    });
  });

  it('sees what only several files together get wrong', () => {
    const report = lint([
      { path: 'a.yaml', text: PACK },
      { path: 'b.yaml', text: PACK },
    ]);
    expect(renderText(report)).toContain(
      'b.yaml:3:18: metadata.name: the PolicyPack default/payments is in a.yaml:3 already',
    );
  });

  it('warns about names in another pattern language, and refuses what no name can be', () => {
    const warned = lint([{ path: 'a.yaml', text: PACK.replace('get_*', '"get_.*"') }]);
    expect(renderText(warned)).toBe(
      'a.yaml:6:16: spec.tools[0].names[0]: warning: "get_.*" looks like a regular expression; here the dot is a dot, so it matches only names like "get_.x"; write "get_*"\n' +
        '1 file, 1 document: 1 warning\n',
    );
    expect(JSON.parse(renderJson(warned))).toMatchObject({ ok: true, problems: [], warnings: [{ value: '"get_.*"' }] });
    const refused = lint([{ path: 'a.yaml', text: PACK.replace('get_*', '"^get_", "a.*"') }]);
    expect(renderText(refused)).toMatch(
      /names\[0\]: "\^get_" looks .*; write "get_\*"\n.*warning.*\n1 file: 1 problem, 1 warning\n$/,
    );
    expect(JSON.parse(renderJson(refused))).toMatchObject({ ok: false });
  });

  it('warns about words that are true or false in a cluster', () => {
    const report = lint([{ path: 'a.yaml', text: `${PACK}  definitions: {pin: Off}\n` }]);
    expect(renderText(report)).toBe(
      'a.yaml:7:22: spec.definitions.pin: warning: "Off" without quotes is false to kubectl and Helm, which read YAML 1.1; put it in quotes: `pin: "Off"`\n1 file, 1 document: 1 warning\n',
    );
  });

  it('does not ask for Secrets that are kept elsewhere', () => {
    const text = SERVER.replace('spec: {', 'spec: {access: {tokens: {secretName: elsewhere}}, ');
    expect(lint([{ path: 'a.yaml', text }]).problems).toEqual([]);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(renderText(lint([{ path: 'a.yaml', text: undefined }]))).toBe(
      'a.yaml:1:1: is not UTF-8; save it as UTF-8\n1 file: 1 problem\n',
    );
  });
});

describe('sallyport lint', () => {
  it('reads the YAML files of a folder, and no others', async () => {
    const folder = folderWith({ 'a.yaml': PACK, 'b.yml': SERVER, '.hidden.yaml': 'x: [', 'notes.txt': 'x: [' });
    expect(await runCli(['lint', folder])).toEqual({
      code: 0,
      stdout: '2 files, 2 documents: no problems\n',
      stderr: '',
    });
  });

  it('counts a file once that is named twice', async () => {
    const folder = folderWith({ 'a.yaml': PACK });
    expect((await runCli(['lint', folder, `${folder}/a.yaml`])).stdout).toBe('1 file, 1 document: no problems\n');
  });

  it('ends with 0 when there are warnings alone', async () => {
    const folder = folderWith({ 'a.yaml': PACK.replace('get_*', '"get_.*"') });
    const { code, stdout } = await runCli(['lint', folder]);
    expect(code).toBe(0);
    expect(stdout).toContain('1 warning');
  });

  it('ends with 1 when there are problems, as text and as JSON', async () => {
    const folder = folderWith({ 'a.yaml': 'kind: Nothing\n', 'b.yaml': Uint8Array.of(0x61, 0x3a, 0xff) });
    const asText = await runCli(['lint', folder]);
    expect(asText.code).toBe(1);
    expect(asText.stdout).toContain('b.yaml:1:1: is not UTF-8');
    expect(asText.stderr).toBe('');
    const asJson = await runCli(['lint', '--output', 'json', folder]);
    expect(asJson.code).toBe(1);
    expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: false, files: 2 });
  });

  it.each([
    [
      'a file that is not there',
      ['missing.yaml'],
      'cannot read missing.yaml: it does not exist; check the path and its permissions',
    ],
    [
      'an empty folder',
      [import.meta.dirname],
      'has no *.yaml or *.yml file; name another folder, or write one: sallyport init',
    ],
  ])('says so of %s', async (_, paths, sentence) => {
    const { code, stdout, stderr } = await runCli(['lint', ...paths]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.split('\n')).toHaveLength(2);
  });
});
