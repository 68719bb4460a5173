/** Calls that take longer than the gate waits for them at its end: each client is told, under the id of its call, and so is the log. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decisionsIn } from '../support/audit-file.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { type CliProcess, Workspace, runCli } from '../support/cli.ts';
import { openStream } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { startEverything } from '../support/everything.ts';
import { startFixture } from '../support/fixture-server.ts';
import { INITIALIZE, JSON_HEADERS, callTool, messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { ALLOW_ALL, bundleOf } from '../support/policy.ts';
import { rawExchange } from '../support/raw-http.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';
import { answerTo, messagesOut, sendLine, shakeHands } from '../support/stdio-lines.ts';

const { use, defer } = cleanupAfterEach();
const CUT_OFF = {
  code: -32000,
  message: expect.stringMatching(/Shutting down:.*may have executed the call/) as unknown,
};
const SLOW = { ms: 60_000 };

async function sidecarBefore(upstream: string): Promise<SidecarProcess> {
  const bundle = await use(new MountedVolume({ 'bundle.json': bundleOf(ALLOW_ALL).text }));
  const env = { SALLYPORT_UPSTREAM: upstream, SALLYPORT_BUNDLE_DIR: bundle.path, SALLYPORT_DRAIN: '500ms' };
  return use(startSidecar(env));
}

async function cliBefore(...server: string[]): Promise<{ home: Workspace; cli: CliProcess; audit: string }> {
  const home = await use(new Workspace());
  mkdirSync(home.path('policy'));
  const head = (kind: string): string =>
    `apiVersion: sallyport.dev/v1alpha1\nkind: ${kind}\nmetadata: {name: s}\nspec:\n`;
  home.write('policy/rules.yaml', `${head('PolicyPack')}  tools: [{names: ["*"], effect: Allow}]\n`);
  home.write(
    'policy/server.yaml',
    `${head('MCPServer')}  stdio: {command: [${process.execPath}, ${FIXTURE}]}\n  access: {anonymous: true}\n`,
  );
  const audit = home.path('audit.jsonl');
  const [command = '', ...others] = server;
  const cli = await use(runCli(home, command, '-f', home.path('policy'), '--audit', audit, ...others));
  return { home, cli, audit };
}

const FIXTURE = join(import.meta.dirname, '..', 'support', 'stdio-fixture-server.ts');

it('over Streamable HTTP, as an answer and as an event, to calls and to what merely listens', async () => {
  const fixture = await use(startFixture());
  const sidecar = await sidecarBefore(fixture.url);
  const call = rawExchange(sidecar.port, {
    headers: modernHeaders('tools/call', 'slow'),
    body: modernRequest('tools/call', { name: 'slow', arguments: SLOW }, 'mine'),
  });
  const listening = rawExchange(sidecar.port, {
    headers: modernHeaders('subscriptions/listen'),
    body: modernRequest('subscriptions/listen', { notifications: { toolsListChanged: true } }, 'listens'),
  });
  await eventually('the tool runs', () => fixture.executed.includes('slow'));
  expect(await sidecar.terminate()).toBe(0);
  expect(messagesIn((await call).body).at(-1)).toMatchObject({ id: 'mine', error: CUT_OFF });
  expect(messagesIn((await listening).body).at(-1)).toMatchObject({ id: 'listens', error: { code: -32000 } });
  const line = decisionsIn(sidecar.auditFile).find(({ tool }) => tool === 'slow');
  expect(line).toMatchObject({ outcome: 'interrupted', decision: { reason: 'draining', effect: 'Allow' } });
});

it('over HTTP+SSE, on the stream that carries the answers; which waits for them as long as calls are waited for', async () => {
  const server = await use(startEverything('sse'));
  const sidecar = await sidecarBefore(server.url);
  const stream = await openStream(sidecar.url);
  defer(() => stream.close());
  const target = await stream.find(/(?<=data: )\/\S+/);
  const post = async (body: string) => rawExchange(sidecar.port, { target, headers: JSON_HEADERS, body });
  await post(INITIALIZE);
  await stream.find(/"protocolVersion"/);
  await post('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  const long = { duration: 60, steps: 2 };
  expect((await post(callTool('trigger-long-running-operation', long, 'long'))).status).toBe(202);
  const short = { duration: 0.3, steps: 1 };
  expect((await post(callTool('trigger-long-running-operation', short, 'short'))).status).toBe(202);
  expect(await sidecar.terminate()).toBe(0);
  await eventually('the stream is over', () => stream.ended);
  const messages = messagesIn(stream.text);
  expect(messages.find(({ id }) => id === 'short')).toMatchObject({
    result: { content: expect.anything() as unknown },
  });
  expect(messages.find(({ id }) => id === 'long')).toMatchObject({ error: CUT_OFF });
});

it('sallyport up before a program', async () => {
  const { cli, audit } = await cliBefore('up', '--port', '0', '--metrics-port', '0');
  const port = Number((await cli.said(/MCP +http:\/\/127\.0\.0\.1:(\d+)/))[1]);
  const call = rawExchange(port, {
    headers: modernHeaders('tools/call', 'slow'),
    body: modernRequest('tools/call', { name: 'slow', arguments: SLOW }, 'mine'),
  });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  cli.process.kill('SIGTERM');
  expect(messagesIn((await call).body).at(-1)).toMatchObject({ id: 'mine', error: CUT_OFF });
  expect(await cli.exit(20_000)).toBe(0);
  expect(decisionsIn(audit).find(({ tool }) => tool === 'slow')).toMatchObject({ outcome: 'interrupted' });
});

it.each(['SIGTERM', 'the end of its input'])('sallyport wrap at %s', async (how) => {
  const { cli, audit } = await cliBefore('wrap', '--', process.execPath, FIXTURE);
  await shakeHands(cli);
  sendLine(cli, callTool('slow', SLOW, 7));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  if (how === 'SIGTERM') cli.process.kill('SIGTERM');
  else cli.process.stdin.end();
  expect(await answerTo(cli, 7)).toMatchObject({ error: CUT_OFF });
  expect(await cli.exit()).toBe(0);
  expect(messagesOut(cli).filter(({ id }) => id === 7)).toHaveLength(1);
  expect(decisionsIn(audit).find(({ tool }) => tool === 'slow')).toMatchObject({ outcome: 'interrupted' });
});
