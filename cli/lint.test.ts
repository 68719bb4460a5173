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
      'a.yaml:6:16: spec.tools[0].names[0]: warning: "get_.*" looks like a regular expression; here the dot is a dot, so it matches only names like "get_.x"; write "get_*" [pattern-language]\n' +
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
      'a.yaml:7:22: spec.definitions.pin: warning: "Off" without quotes is false to kubectl and Helm, which read YAML 1.1; put it in quotes: `pin: "Off"` [yaml-word]\n1 file, 1 document: 1 warning\n',
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

describe('held against the tools of a server', () => {
  const tools = [
    { name: 'get_a', inputSchema: { properties: { path: { type: 'string' } } } },
    { name: 'put_a', inputSchema: {} },
  ];
  const listed = { from: 'tools.json', tools };

  it('names and arguments that it does not have, and tools that no rule names, are told with a code', () => {
    const text = PACK.replace('effect: Allow', 'effect: Allow, arguments: {pth: {type: string}}').replace(
      'get_*',
      'get_*, gt_a',
    );
    const report = lint([{ path: 'a.yaml', text }], listed);
    expect(renderText(report)).toBe(
      [
        'a.yaml:6:23: spec.tools[0].names[1]: warning: "gt_a" matches no tool that the server lists; did you mean get_a? [no-such-tool]',
        'a.yaml:6:62: spec.tools[0].arguments.pth: warning: the tool get_a has no argument "pth"; did you mean path? [no-such-argument]',
        'tools.json:1:1: warning: no rule names the tool "put_a", so that every call of it is denied; write a rule for it, or one that denies it if that is meant [unnamed-tool]',
        '1 file, 1 document: 3 warnings',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(renderJson(report))).toMatchObject({ ok: true, warnings: [{ code: 'no-such-tool' }, {}, {}] });
  });

  it('packs for other servers are left out where the files have one', () => {
    const other = PACK.replace('payments', 'others').replace('spec:', 'spec:\n  targets: {matchLabels: {app: other}}');
    const report = lint([{ path: 'a.yaml', text: `${SERVER}---\n${other.replace('get_*', 'nothing')}` }], listed);
    expect(report.warnings.map(({ code }) => code)).toEqual(['unnamed-tool', 'unnamed-tool']);
    expect(lint([{ path: 'a.yaml', text: other.replace('get_*', 'nothing') }], listed).warnings[0]?.code).toBe(
      'no-such-tool',
    );
  });

  it('what a server says stays text in a terminal', () => {
    const report = lint([{ path: 'a.yaml', text: PACK }], {
      from: 'x',
      tools: [{ name: 'a\u202eb', inputSchema: {} }],
    });
    expect(renderText(report)).toContain(String.raw`"a\u202eb"`);
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

  it('ends with 0 when there are warnings alone, and with 1 if asked to be strict', async () => {
    const folder = folderWith({ 'a.yaml': PACK.replace('get_*', '"get_.*"') });
    const { code, stdout } = await runCli(['lint', folder]);
    expect(code).toBe(0);
    expect(stdout).toContain('1 warning');
    expect((await runCli(['lint', '--strict', folder])).code).toBe(1);
  });

  it('reads tools from files, several as pages of one list', async () => {
    const page = (name: string): string => JSON.stringify({ tools: [{ name }] });
    const folder = folderWith({ 'a.yaml': PACK, '1.json': page('get_a'), '2.json': page('put_a') });
    const pages = ['--tools', `${folder}/1.json`, '--tools', `${folder}/2.json`];
    const { code, stdout } = await runCli(['lint', ...pages, folder]);
    expect(code).toBe(0);
    expect(stdout).toContain('no rule names the tool "put_a"');
    expect(stdout).not.toContain('"get_a"');
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
