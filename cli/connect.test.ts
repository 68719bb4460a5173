import { describe, expect, it } from 'vitest';
import { type ClientName, clientNames, renderClient } from './client-configs.ts';
import { registerConnect } from './connect.ts';
import { runHere } from './testing/run-here.ts';

const connect = (...args: string[]) => runHere(registerConnect, ['connect', ...args]);

/** The JSON among the lines of comments and commands. */
function jsonOf(text: string): unknown {
  const lines = text.split('\n');
  return JSON.parse(lines.slice(lines.indexOf('{'), lines.indexOf('}') + 1).join('\n'));
}

async function configOf(client: ClientName, ...args: string[]): Promise<unknown> {
  const { code, stdout } = await connect('--client', client, ...args);
  expect(code).toBe(0);
  return jsonOf(stdout);
}

const url = 'http://127.0.0.1:8484/mcp';

describe('a gate that listens', () => {
  it.each([
    [
      'claude-code',
      { mcpServers: { sallyport: { type: 'http', url, headers: { Authorization: 'Bearer ${SALLYPORT_TOKEN}' } } } },
    ],
    [
      'claude-desktop',
      {
        mcpServers: {
          sallyport: {
            command: 'npx',
            args: ['-y', 'mcp-remote', url, '--transport', 'http-only', '--header', 'Authorization:${AUTHORIZATION}'],
            env: { AUTHORIZATION: 'Bearer PASTE-THE-TOKEN-HERE' },
          },
        },
      },
    ],
    ['cursor', { mcpServers: { sallyport: { url, headers: { Authorization: 'Bearer ${env:SALLYPORT_TOKEN}' } } } }],
    [
      'vscode',
      {
        inputs: [{ type: 'promptString', id: 'sallyport-token', description: 'Token for sallyport', password: true }],
        servers: { sallyport: { type: 'http', url, headers: { Authorization: 'Bearer ${input:sallyport-token}' } } },
      },
    ],
  ] as const)('is found by %s with a placeholder for the token', async (client, config) => {
    expect(await configOf(client)).toEqual(config);
  });

  it('is added to Claude Code by a command that leaves the placeholder to it', async () => {
    const { stdout } = await connect('--client', 'claude-code', '--token-env', 'MY_TOKEN', '--name', 'ledger');
    expect(stdout).toContain(
      `\nclaude mcp add --scope project --transport http ledger ${url} --header 'Authorization: Bearer \${MY_TOKEN}'\n`,
    );
    expect(stdout).toContain('# Claude Code: .mcp.json in the project folder\n');
  });

  it.each(clientNames)('is found by %s with a real token only when that is given', async (client) => {
    const { stdout } = await connect(
      '--client',
      client,
      '--token',
      'sallyport_abc',
      '--url',
      'https://mcp.example.com/mcp',
    );
    expect(stdout).toContain('Bearer sallyport_abc');
    expect(stdout).not.toMatch(/\$\{(?!AUTHORIZATION)/);
    expect(JSON.stringify(jsonOf(stdout))).toContain('https://mcp.example.com/mcp');
  });
});

describe('a gate that the client starts', () => {
  const command = ['sallyport', 'wrap', '-f', '/p', '--', 'npx', '-y', "it's"];
  const [program, ...args] = command;

  it.each([
    ['claude-code', { mcpServers: { s: { type: 'stdio', command: program, args } } }],
    ['claude-desktop', { mcpServers: { s: { command: program, args } } }],
    ['cursor', { mcpServers: { s: { command: program, args } } }],
    ['vscode', { servers: { s: { type: 'stdio', command: program, args } } }],
  ] as const)('is written for %s', async (client, config) => {
    expect(await configOf(client, '--stdio', '-f', '/p', '--name', 's', '--', 'npx', '-y', "it's")).toEqual(config);
  });

  it('is quoted for the shell', () => {
    expect(renderClient('claude-code', { kind: 'stdio', name: 's', command })).toContain(
      `\nclaude mcp add --scope project s -- sallyport wrap -f /p -- npx -y 'it'\\''s'\n`,
    );
  });

  it('gets an absolute folder, since clients start it somewhere else', async () => {
    const { stdout } = await connect('--stdio', '-f', 'policies', '--client', 'cursor', '--', 'x');
    expect(stdout).toContain(JSON.stringify(`${process.cwd()}/policies`));
  });
});

describe('sallyport connect', () => {
  it('prints all clients when none is named', async () => {
    const { stdout } = await connect();
    expect(stdout.match(/^# (Claude Code|Claude Desktop|Cursor|VS Code): /gm)).toHaveLength(4);
  });

  it.each([
    [
      'a client it does not know',
      ['--client', 'emacs'],
      'Allowed choices are claude-code, claude-desktop, cursor, vscode.',
    ],
    ['a URL that is none', ['--url', 'localhost'], '--url localhost is not an http or https URL'],
    ['a command without --stdio', ['--', 'x'], 'goes with --stdio only'],
    ['--stdio without a command', ['--stdio'], '--stdio needs the command that starts the server'],
    ['a name that not every client takes', ['--name', 'a b'], '--name a b is not a name that every client takes'],
    ['a variable that is none', ['--token-env', 'A-B'], 'is not the name of a variable'],
    ['two sources of the token', ['--token', 'x', '--token-env', 'Y'], 'cannot be used with option'],
  ])('refuses %s', async (_, args, sentence) => {
    const { code, stdout, stderr } = await connect(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    if (!sentence.startsWith('Allowed') && !sentence.startsWith('cannot')) expect(stderr).toContain(sentence);
  });
});
