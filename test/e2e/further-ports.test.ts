/** A pod with two MCP ports: one gate, which listens for each of them, and one policy and one audit log for both. */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { OperatorDouble } from '../../sidecar/testing/operator-double.ts';
import { readAudit } from '../support/audit-file.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV1, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { callTool, messagesIn } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { bundleOf } from '../support/policy.ts';
import { askBy, openSessionBy } from '../support/replicas.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

const { use, defer } = cleanupAfterEach();
const ECHO = callTool('echo', {}, 7);

interface Pod {
  readonly gate: SidecarProcess;
  readonly servers: readonly [FixtureServer, FixtureServer];
  /** Of the further port. */
  readonly url: string;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `address`: of the pod; several share an operator, and its key. */
async function startPod(operator: OperatorDouble, address: string, second?: string): Promise<Pod> {
  const volume = new MountedVolume({
    'bundle.json': bundleOf({ tools: [{ names: ['echo'], effect: 'Allow' }] }, { anonymous: true }).text,
  });
  defer(async () => volume.close());
  const servers = [await use(startFixture()), await use(startFixture())] as const;
  const port = await freePort();
  const upstream = second ?? servers[1].url;
  const gate = await use(
    startSidecar({
      ...operator.env,
      SALLYPORT_UPSTREAM: servers[0].url,
      SALLYPORT_FURTHER_PORTS: JSON.stringify([{ name: 'admin', port, hopPort: 0, upstream }]),
      SALLYPORT_BUNDLE_DIR: volume.path,
      SALLYPORT_HOST: address,
      SALLYPORT_POD_IP: address,
      SALLYPORT_HOP_PORT: '0',
      SALLYPORT_DRAIN: '2s',
    }),
  );
  return { gate, servers, url: `http://${address}:${port}/mcp` };
}

async function startOperator(): Promise<OperatorDouble> {
  const operator = await use(OperatorDouble.start());
  operator.handleKeys = { handleKey: randomBytes(32).toString('base64url') };
  return operator;
}

const isReady = (gate: SidecarProcess) =>
  eventually('it is ready', async () => (await gate.readiness()).status === 200);

async function said(url: string, body: string, session: string) {
  const answer = await askBy(url, body, session);
  return { status: answer.status, messages: messagesIn(await answer.text()) };
}

it('each port leads to its own server, under one policy and into one log', async () => {
  const { gate, servers, url } = await startPod(await startOperator(), '127.0.0.1');
  await isReady(gate);
  const [first, further] = [await connectV1(gate.url), await connectV1(url)];
  expect(textOf(await first.callTool({ name: 'echo', arguments: { at: 1 } }))).toBe('echo {"at":1}');
  expect(textOf(await further.callTool({ name: 'echo', arguments: { at: 2 } }))).toBe('echo {"at":2}');
  expect(servers.map(({ executed }) => executed)).toEqual([['echo'], ['echo']]);
  expect(textOf(await further.callTool({ name: 'slow', arguments: {} }))).toMatch(/no rule allows/);
  expect(servers[1].executed).toEqual(['echo']);
  await Promise.all([first.close(), further.close()]);
  const decisions = await eventually('all is on record', async () => {
    const tools = readAudit(gate.auditFile).flatMap((line) =>
      'tool' in line && line.tool !== null ? [line.tool] : [],
    );
    return tools.length >= 3 ? tools : undefined;
  });
  expect(decisions).toEqual(['echo', 'echo', 'slow']);
  expect(await gate.terminate()).toBe(0);
});

it('a session is one of its port alone, at whatever replica', async () => {
  const operator = await startOperator();
  const [one, two] = [await startPod(operator, '127.0.0.1'), await startPod(operator, '127.0.0.2')];
  await Promise.all([isReady(one.gate), isReady(two.gate)]);
  const session = await openSessionBy(one.url);
  // The gate of the same port of the other replica passes it on.
  const passedOn = await said(two.url, ECHO, session);
  expect(passedOn).toMatchObject({ status: 200, messages: [{ id: 7, result: {} }] });
  expect(one.servers.map(({ executed }) => executed.length)).toEqual([0, 1]);
  for (const { gate } of [one, two]) expect((await said(gate.url, ECHO, session)).status).toBe(404);
  expect([...one.servers, ...two.servers].map(({ executed }) => executed.length)).toEqual([0, 1, 0, 0]);
});

it('the pod is ready when the servers of both ports listen', async () => {
  const late = await freePort();
  const { gate } = await startPod(await startOperator(), '127.0.0.1', `http://127.0.0.1:${late}/mcp`);
  await eventually('all but the server is there', async () => {
    const { body } = await gate.readiness();
    return body['revision'] !== null && body['awaitsServer'] === true;
  });
  await use(startFixture(late));
  await isReady(gate);
});
