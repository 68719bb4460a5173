/** A URL that leads inside never reaches the server, and what the model reads tells it what to do instead. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type CliProcess, Workspace, runCli } from '../support/cli.ts';
import { connectV1, connectV2, textOf } from '../support/clients.ts';
import { startFixture } from '../support/fixture-server.ts';
import { startGate } from '../support/gate.ts';
import { callTool } from '../support/messages.ts';
import { policyOf } from '../support/policy.ts';
import { answerTo, sendLine, shakeHands } from '../support/stdio-lines.ts';

const { defer, use } = cleanupAfterEach();
const METADATA = 'http://169.254.169.254/latest/meta-data/iam/security-credentials/';
const REFUSED =
  /^Refused by policy: tool "echo", argument "url": The URL "http:\/\/169\.254\.169\.254" leads to a metadata or cluster service that gives out credentials\. Use a URL of the public internet/;

describe.each([
  ['a client of the handshake revisions', (url: string) => connectV1(url)],
  ['a client of 2026-07-28', (url: string) => connectV2(url, 'modern')],
])('over HTTP, %s', { tags: ['urls'] }, (_, connect) => {
  it('reads why the URL is refused, and is let through with a public one', async () => {
    const upstream = await use(startFixture());
    const policy = policyOf({ tools: [{ names: ['echo'], effect: 'Allow', arguments: { url: { type: 'url' } } }] });
    const gate = await use(startGate({ upstream: upstream.url, policy }));
    const client = await connect(gate.url);
    defer(() => client.close());
    const call = async (url: string) => client.callTool({ name: 'echo', arguments: { url } });
    const refused = await call(METADATA);
    expect(textOf(refused)).toMatch(REFUSED);
    expect(refused.isError).toBe(true);
    for (const url of [
      'http://0xA9FEA9FE/',
      'http://[::ffff:a9fe:a9fe]/',
      'http://example.com@127.0.0.1/',
      'http://metadata/',
    ]) {
      expect(textOf(await call(url)), url).toMatch(/^Refused by policy: .*argument "url"/);
    }
    expect(upstream.executed).toEqual([]);
    expect(textOf(await call('https://example.com/a'))).toContain('https://example.com/a');
    expect(upstream.executed).toEqual(['echo']);
  });
});

describe('over stdio', () => {
  let wrap: CliProcess;
  beforeEach(async () => {
    const home = await use(new Workspace());
    mkdirSync(home.path('policy'));
    home.write(
      'policy/rules.yaml',
      `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: rules}
spec:
  tools:
    - names: [echo]
      effect: Allow
      arguments:
        url: {type: url, hosts: [api.example.com, "*.example.org"], schemes: [https]}
        host: {type: host, internalHosts: [redis]}
`,
    );
    const server = join(import.meta.dirname, '..', 'support', 'stdio-fixture-server.ts');
    const audit = home.path('audit.jsonl');
    wrap = await use(runCli(home, 'wrap', '-f', home.path('policy'), '--audit', audit, '--', process.execPath, server));
    await shakeHands(wrap);
  });

  it.each([
    [{ url: METADATA }, /has a scheme that is not allowed \(http\)\. Allowed: https\./],
    [
      { url: 'https://169.254.169.254/' },
      /metadata or cluster service .* Allowed: \*\.example\.org, api\.example\.com\./,
    ],
    [{ url: 'https://api.example.com@evil.example/' }, /user name or password .*the host is evil\.example/],
    [{ url: ['https://a.example.org/', 'https://example.org/'] }, /a host that is not on the list/],
    [
      { host: 'localhost:6379' },
      /argument "host": The host "localhost:6379" leads to the machine of the server itself/,
    ],
  ])('%j is refused, and it is said why', async (args, sentence) => {
    sendLine(wrap, callTool('echo', args, 2));
    const { result } = await answerTo(wrap, 2);
    expect(textOf(result)).toMatch(/^Refused by policy: tool "echo"/);
    expect(textOf(result)).toMatch(sentence);
  });

  it('what is allowed is passed on as it was written', async () => {
    const args = { url: 'https://a.example.org:8443/x?y=1', host: 'redis:6379' };
    sendLine(wrap, callTool('echo', args, 2));
    expect(textOf((await answerTo(wrap, 2))['result'])).toBe(`echo ${JSON.stringify(args)}`);
  });
});
