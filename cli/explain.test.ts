import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { registerExplain } from './explain.ts';
import { folderWith } from './testing/run-cli.ts';
import { runHere } from './testing/run-here.ts';

const policy = `apiVersion: sallyport.dev/v1alpha1
kind: MCPServer
metadata: {name: one}
spec: {remote: {url: "http://127.0.0.1:1/mcp"}}
---
apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: base}
spec:
  tools:
    - {name: reads, names: ["read_*"], effect: Allow, principals: {groups: [readers]}, arguments: {path: {type: path, roots: [/data]}}}
    - {name: sends, names: [send], effect: RequireApproval}
  resources: [{name: web, uris: ["https://a.example/**"], effect: Allow}]
  detectors: {use: Default}
  dlp: [{name: cards, detect: [creditCard], effect: Redact}]
`;
const tools = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  result: { tools: [{ name: 'read_it', inputSchema: { properties: { where: { items: { format: 'uri' } } } } }] },
});

const explain = (...args: string[]) => {
  const folder = folderWith({
    'a.yaml': policy,
    'tools.json': tools,
    'args.json': '{"path": "/data/x"}',
    'result.txt': 'Card 4111 1111 1111 1111',
  });
  const given = args.map((arg) => arg.replace('FOLDER', folder));
  return runHere(registerExplain, ['explain', '-f', join(folder, 'a.yaml'), ...given]);
};
const asReader = ['--as', 'ada', '--group', 'readers'];

describe('sallyport explain', () => {
  it('says of a call that goes on which rules matched, and that their checks hold', async () => {
    const { code, stdout } = await explain('--tool', 'read_it', '--arguments', '{"path": "/data/x"}', ...asReader);
    expect(code).toBe(0);
    expect(stdout).toContain('Allow: tool "read_it", by default/base#reads\n');
    expect(stdout).toContain('  default/base#reads: Allow\n    path (path): holds\n');
    expect(stdout).toContain('  /path: path, since its name ends in "path"\n');
  });

  it('says of a refused call what the model reads, and exits with 1', async () => {
    const { code, stdout } = await explain('--tool', 'read_it', '--arguments', '{"path": "/etc/passwd"}', ...asReader);
    expect(code).toBe(1);
    expect(stdout).toContain('The model reads: Refused by policy: tool "read_it", argument "path":');
    expect(stdout).toContain('path (path): The path "/etc/passwd" leads outside');
  });

  it('says it of the holder of a token that an issuer has signed', async () => {
    const { code, stdout } = await explain(
      '--tool',
      'read_it',
      ...asReader,
      '--issuer',
      'https://a.example',
      '--scope',
      'x',
    );
    expect(code).toBe(0);
    expect(stdout).toContain('Allow: tool "read_it"');
    for (const args of [
      [...asReader, '--scope', 'x'],
      ['--issuer', 'https://a.example'],
    ])
      expect((await explain('--tool', 'read_it', ...args)).stderr).toMatch(/says nothing without/);
  });

  it('says which rules are about others', async () => {
    const { code, stdout } = await explain('--tool', 'read_it');
    expect(code).toBe(1);
    expect(stdout).toContain('default/base#reads: Allow, not about this principal');
    expect(stdout).toContain('no rule allows tool \\"read_it\\"'.replaceAll('\\', ''));
  });

  it('says what detectors see, and where', async () => {
    const { code, stdout } = await explain('--tool', 'send', '--arguments', '{"to": {"url": "http://127.1/"}}');
    expect(code).toBe(1);
    expect(stdout).toContain('by default/base#detectors');
    expect(stdout).toMatch(/ {2}\/to\/url: url, since its name ends in "url": found url /);
  });

  it('says what content is found by which rule', async () => {
    const { stdout } = await explain('--tool', 'send', '--arguments', '{"note": "Card 4111 1111 1111 1111"}');
    expect(stdout).toContain('RequireApproval: tool "send"');
    expect(stdout).toContain('Found:\n  /note: personal-data creditCard, for default/base#cards\n');
  });

  it('takes the schemas of the server, and arguments from a file', async () => {
    const given = ['--arguments', '{"where": ["https://example.com"]}', '--tools', 'FOLDER/tools.json'];
    const { stdout } = await explain('--tool', 'read_it', ...given, ...asReader);
    expect(stdout).toContain('/where/0: url, since its format is uri\n');
    const fromFile = await explain('--tool', 'read_it', '--arguments', '@FOLDER/args.json', ...asReader);
    expect(fromFile.stdout).toContain('/path: path');
  });

  it.each([
    ['a text', 'Card 4111 1111 1111 1111'],
    ['a result', '{"content": [{"type": "text", "text": "Card 4111 1111 1111 1111"}]}'],
    ['a file', '@FOLDER/result.txt'],
  ])('says what becomes of what the server answers: %s', async (_what, result) => {
    const { code, stdout } = await explain('--tool', 'send', '--result', result);
    expect(code).toBe(0);
    expect(stdout).toContain('Redact: its answer, by default/base#cards\n');
    expect(stdout).toContain('"text":"Card [redacted: creditCard-1]');
  });

  it('and of an error', async () => {
    const { stdout } = await explain('--tool', 'send', '--error', 'no card 4111 1111 1111 1111');
    expect(stdout).toContain('"message":"no card [redacted: creditCard-1]"');
    expect((await explain('--tool', 'send', '--error', 'a', '--result', 'b')).code).toBe(2);
  });

  it('says where no pack is about the server', async () => {
    const other = policy.replace('{name: base}', '{name: base, namespace: other}');
    const folder = folderWith({ 'a.yaml': other });
    const { code, stderr } = await runHere(registerExplain, ['explain', '-f', folder, '--tool', 'send']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no PolicyPack of .* applies to the server default\/one; look at its namespace/);
  });

  it('is data for programs', async () => {
    const { code, stdout } = await explain('--tool', 'send', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      effect: 'RequireApproval',
      decidedBy: ['default/base#sends'],
      detectors: [{ id: 'default/base#detectors', shadow: false }],
      texts: [],
    });
  });

  it('explains resources as well', async () => {
    expect((await explain('--resource', 'https://a.example/x')).stdout).toContain('by default/base#web');
    expect((await explain('--resource', 'https://b.example/x')).stdout).toContain('No rule has a name that matches.');
  });

  it('lets nothing of a call move the cursor', async () => {
    const { stdout } = await explain('--tool', 'a\u001b[2J', '--arguments', '{"\u202epath": "\u001b[31m"}');
    for (const char of ['\u001b', '\u202e']) expect(stdout).not.toContain(char);
  });

  it.each([
    [[], 'one of --tool'],
    [['--tool', 'a', '--prompt', 'b'], 'one of --tool'],
    [['--prompt', 'b', '--arguments', '{}'], 'give --tool as well'],
    [['--tool', 'a', '--arguments', '{'], '--arguments is not JSON'],
    [['--tool', 'a', '--arguments', '[]'], '--arguments is not an object'],
    [['--tool', 'a', '--arguments', '@/no/such/file'], 'it does not exist'],
    [['--tool', 'a', '--group', 'x'], '--as'],
    [['--tool', 'a', '--tools', '/no/such/file'], 'it does not exist'],
    [['--tool', 'a', '--tools', 'FOLDER/a.yaml'], 'is not JSON'],
    [['--tool', 'a', '--tools', 'FOLDER/args.json'], 'has no list of tools'],
    [['--tool', 'a', '--server', 'two'], 'it has: one'],
  ])('says how to go on after %j', async (args, says) => {
    const { code, stdout, stderr } = await explain(...args);
    expect(code).toBeGreaterThan(0);
    expect(stdout).toBe('');
    expect(stderr).toContain(says);
  });
});
