import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type ClientName, clientNames, renderClient, type Target } from './client-configs.ts';

const http: Target = {
  kind: 'http',
  name: 'ledger',
  url: 'http://127.0.0.1:1/mcp',
  token: undefined,
  tokenEnv: 'TOKEN',
};
const stdio: Target = { kind: 'stdio', name: 'ledger', command: ['sallyport', 'wrap', '--', "it's", '$HOME'] };

/** The lines of JSON, without the comments and commands around them. */
function configOf(client: ClientName, target: Target): string {
  const lines = renderClient(client, target).split('\n');
  return lines.slice(lines.indexOf('{'), lines.indexOf('}') + 1).join('\n');
}

describe.each(clientNames)('%s', (client) => {
  test('gets JSON that names the file it belongs into', () => {
    expect(() => JSON.parse(configOf(client, http)) as unknown).not.toThrow();
    expect(renderClient(client, http)).toMatch(/^# [A-Z].*json/);
  });

  test('gets a token only where one was given, and no placeholder beside it', () => {
    const secret = 'sallyport_s3cret';
    expect(renderClient(client, http)).not.toContain(secret);
    const given = configOf(client, { ...http, token: secret });
    expect(given).toContain(`Bearer ${secret}`);
    expect(given).not.toMatch(/\$\{(env|input|TOKEN)|PASTE/);
  });

  test('gets the words of a command as they are', () => {
    const config = configOf(client, stdio);
    expect(config).toContain('"sallyport"');
    expect(JSON.stringify(JSON.parse(config))).toContain(JSON.stringify(['wrap', '--', "it's", '$HOME']));
  });
});

test('a command for a shell is read by a shell as the words that were meant', () => {
  const words = ["it's", '$HOME', 'a b', '`id`', '"', '\\', 'ü', 'plain-word_1./:@%+=,'];
  const line =
    renderClient('claude-code', { ...stdio, command: words })
      .trimEnd()
      .split('\n')
      .at(-1) ?? '';
  const quoted = line.slice(line.indexOf(' -- ') + 4);
  const read = execFileSync('sh', ['-c', `printf '%s\\0' ${quoted}`], { encoding: 'utf8' });
  expect(read.split('\0').slice(0, -1)).toEqual(words);
});

test('Claude Code is told of the variable where it has to read it', () => {
  expect(renderClient('claude-code', http)).toContain('# Start Claude Code with the token in the variable TOKEN.');
  expect(renderClient('claude-code', { ...http, token: 't' })).not.toContain('in the variable');
});

test('VS Code asks for a token that was not given', () => {
  const config = JSON.parse(configOf('vscode', http)) as { inputs: { id: string; password: boolean }[] };
  expect(config.inputs).toEqual([expect.objectContaining({ id: 'ledger-token', password: true })]);
  expect(configOf('vscode', { ...http, token: 't' })).not.toContain('inputs');
});
