/** A name that is a command, and a command line that no server should get, never reach it; the model reads what to do instead. */
import { describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { startFixture } from '../support/fixture-server.ts';
import { startGate } from '../support/gate.ts';
import { policyOf } from '../support/policy.ts';

const { defer, use } = cleanupAfterEach();

const POLICY = policyOf({
  tools: [
    {
      names: ['echo'],
      effect: 'Allow',
      arguments: {
        branch: { type: 'identifier' },
        command: { type: 'shell' },
        build: { type: 'shell', programs: ['git', 'npm'] },
      },
    },
  ],
});

describe.each([
  ['a client of the handshake revisions', (url: string) => connectV1(url)],
  ['a client of 2026-07-28', (url: string) => connectV2(url, 'modern')],
])('%s', (_, connect) => {
  it('reads why a command is refused, and is let through with an ordinary one', async () => {
    const upstream = await use(startFixture());
    const gate = await use(startGate({ upstream: upstream.url, policy: POLICY }));
    const client = await connect(gate.url);
    defer(() => client.close());
    const answerTo = async (args: Record<string, unknown>): Promise<string> =>
      textOf(await client.callTool({ name: 'echo', arguments: args }));

    expect(await answerTo({ branch: 'main; id' })).toMatch(
      /^Refused by policy: tool "echo", argument "branch": The name "main; id" goes on with a second command\. Send the plain name or id alone\./,
    );
    expect(await answerTo({ branch: ['main', '--output=/srv/x'] })).toMatch(/would be taken for an option/);
    expect(await answerTo({ command: 'sudo cat ~/.ssh/id_rsa' })).toMatch(
      /^Refused by policy: tool "echo", argument "command": .* reads keys or credentials\. Use a command that does without it/,
    );
    expect(await answerTo({ build: 'git pull && ls' })).toMatch(
      /argument "build": .* starts a program that is not allowed \(ls\)\. Allowed programs: git, npm\./,
    );
    expect(upstream.executed).toEqual([]);

    const passing = { branch: "feature/o'brien", command: 'ls -la | head', build: 'cd web && npm test' };
    expect(await answerTo(passing)).toContain('cd web && npm test');
    expect(upstream.executed).toEqual(['echo']);
  });
});

it('command lines and names are looked at by what they are called, where a pack asks for detectors and names no type', async () => {
  const upstream = await use(startFixture());
  const policy = policyOf({ detectors: { use: 'Default' }, tools: [{ names: ['echo'], effect: 'Allow' }] });
  const gate = await use(startGate({ upstream: upstream.url, policy }));
  const client = await connectV2(gate.url, 'modern');
  defer(() => client.close());
  const call = async (args: Record<string, unknown>) => client.callTool({ name: 'echo', arguments: args });

  expect(textOf(await call({ command: 'cat /etc/shadow' }))).toMatch(/^Refused by policy: .*credentials/);
  expect(textOf(await call({ options: { branchName: '$(reboot)' } }))).toMatch(
    /^Refused by policy: .*a shell would run/,
  );
  expect(textOf(await call({ command: 'git status', branch: 'main', text: '; id' }))).toContain('git status');
  expect(upstream.executed).toEqual(['echo']);
});
