/** Nothing that a caller, a server or a fault of ours does ends the process: each entrance has a fence, and behind all stands a last one. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { StdioServer } from '../../sidecar/downstream/stdio/server.ts';
import { freePort } from '../support/ports.ts';
import { readAudit } from '../support/audit-file.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { Workspace, runCli } from '../support/cli.ts';
import { eventually, within } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { type TestGate, startGate } from '../support/gate.ts';
import { INITIALIZE, JSON_HEADERS, callTool, messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { ALLOW_ALL, bundleOf, policyOf } from '../support/policy.ts';
import { type RawResponse, exchangeBytes, rawExchange } from '../support/raw-http.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';
import { answerTo, messagesOut, sendLine, shakeHands } from '../support/stdio-lines.ts';

const { defer, use } = cleanupAfterEach();
const THROWS = `--import=${join(import.meta.dirname, '..', 'support', 'throws-on-signal.ts')}`;
const WELL_KNOWN = '/.well-known/oauth-protected-resource';
let fixture: FixtureServer;
beforeEach(async () => {
  fixture = await use(startFixture());
});

const list = async (port: number): Promise<RawResponse> =>
  rawExchange(port, { headers: modernHeaders('tools/list'), body: modernRequest('tools/list') });

async function sidecarWith(
  access: Parameters<typeof bundleOf>[1],
  env: Record<string, string> = {},
): Promise<SidecarProcess> {
  const bundle = await use(new MountedVolume({ 'bundle.json': bundleOf(ALLOW_ALL, access).text }));
  return use(startSidecar({ SALLYPORT_UPSTREAM: fixture.url, SALLYPORT_BUNDLE_DIR: bundle.path, ...env }));
}

describe('a Host that no URL can have', () => {
  it.each<[name: string, access: Parameters<typeof bundleOf>[1]]>([
    ['the server asks for tokens, at the Host of the request', { authorization: 'Server' }],
    ['the server asks for tokens, at a URL', { authorization: 'Server', url: 'https://mcp.example.com/mcp' }],
    ['the gate asks for tokens', {}],
    ['nobody asks', { anonymous: true }],
  ])('is malformed wherever it is sent, and the process goes on: %s', async (_name, access) => {
    const sidecar = await sidecarWith(access);
    for (const host of ['localhost:99999', '127.0.0.1:65536', '[::1]:123456789012345678901234567890']) {
      for (const target of ['/mcp', WELL_KNOWN, `${WELL_KNOWN}/mcp`, '/authorize']) {
        for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
          const headers = [['Host', host] as const, ...JSON_HEADERS];
          const { status, body } = await rawExchange(sidecar.port, { method, target, headers, body: INITIALIZE });
          const oauth = 'authorization' in access!;
          // Where there is no such path that is the answer, whatever the Host says.
          const expected = target === '/mcp' || oauth ? 400 : 404;
          expect({ host, target, method, status, body }).toMatchObject({ status: expected });
        }
      }
    }
    expect(sidecar.process.exitCode).toBeNull();
    expect((await list(sidecar.port)).status).toBeLessThan(500);
  });
});

describe('what is thrown behind an entrance of the MCP listener', { tags: ['fails-closed'] }, () => {
  const thrown = new Error('a fault of the gate');
  const fail = (): never => {
    throw thrown;
  };
  async function faulty(): Promise<TestGate> {
    const gate = await use(startGate({ upstream: fixture.url }));
    Object.assign(gate.gate.policy, { current: fail });
    return gate;
  }

  it.each<[name: string, bytes: string]>([
    ['a request', 'GET /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    [
      'a request that asks before it sends its body',
      'POST /mcp HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}',
    ],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n'],
    ['what is no HTTP', 'GET /mcp HTTP/1.1\r\nno header\r\n\r\n'],
    ['an upgrade', 'GET /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ])('%s is answered with an internal error, recorded, and the gate goes on', async (_name, bytes) => {
    const gate = await faulty();
    for (let i = 1; i <= 2; i++) {
      const { status, body } = await exchangeBytes(gate.port, Buffer.from(bytes));
      expect(status).toBe(500);
      expect(messagesIn(body)).toMatchObject([{ jsonrpc: '2.0', error: { code: -32603 } }]);
      const lines = await gate.decisions(i);
      expect(lines.at(-1)).toMatchObject({ outcome: 'refused', decision: { reason: 'internal-error' } });
    }
    Object.assign(gate.gate.policy, { current: () => policyOf(ALLOW_ALL) });
    expect((await list(gate.port)).status).toBe(200);
  });

  it('behind the body of a call, and behind its answer: where nothing can be recorded', async () => {
    const gate = await use(startGate({ upstream: fixture.url }));
    const append = gate.gate.audit.append.bind(gate.gate.audit);
    Object.assign(gate.gate.sessions, { sessionless: fail });
    const legacy = { headers: JSON_HEADERS, body: callTool('echo', {}, 'own') };
    const { status, body } = await rawExchange(gate.port, legacy);
    expect({ status, message: messagesIn(body)[0] }).toMatchObject({
      status: 200,
      message: { id: 'own', error: { code: -32603 } },
    });
    Object.assign(gate.gate.audit, { append: fail });
    expect((await rawExchange(gate.port, { method: 'GET', target: '/nothing' })).status).toBe(404);
    Object.assign(gate.gate.audit, { append });
    expect((await list(gate.port)).status).toBe(200);
  });

  it('a line over stdio is answered under its id, and so is the next one', async () => {
    const gate = await use(startGate({ upstream: fixture.url }));
    const { sessions } = gate.gate;
    const sessionless = sessions.sessionless.bind(sessions);
    const [input, output] = [new PassThrough(), new PassThrough()];
    const principal = { kind: 'local', name: 'me', groups: [] } as const;
    const serving = new StdioServer(gate.gate, principal, output).serve(input);
    const lines: string[] = [];
    createInterface({ input: output }).on('line', (line) => lines.push(line));
    Object.assign(sessions, { sessionless: fail });
    Object.assign(gate.gate.policy, { current: fail });
    input.write(`${callTool('echo', {}, 'first')}\n`);
    await eventually('an internal error', () => lines.length > 0);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ id: 'first', error: { code: -32603 } });
    Object.assign(sessions, { sessionless });
    Object.assign(gate.gate.policy, { current: () => policyOf({ tools: [] }) });
    input.write(`${callTool('no-such', {}, 'second')}\n`);
    await eventually('the next answer', () => lines.some((line) => line.includes('"second"')));
    input.end();
    await serving;
  });

  it('the second port answers, too', async () => {
    const sidecar = await sidecarWith({ anonymous: true });
    for (const target of ['//', '/%', '/metrics?', '*', 'http://[', '/drain']) {
      const { status } = await rawExchange(sidecar.adminPort, { method: 'GET', target });
      expect(status).toBeGreaterThanOrEqual(400);
    }
    expect((await sidecar.readiness()).status).toBe(200);
  });
});

it.skipIf(!existsSync('/dev/full'))('a log that cannot be written stops no call', async () => {
  const bundle = await use(new MountedVolume({ 'bundle.json': bundleOf(ALLOW_ALL).text }));
  const home = await use(new Workspace());
  const [port, adminPort] = [await freePort(), await freePort()];
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'sidecar', 'main.ts')], {
    stdio: ['ignore', 'ignore', full],
    env: {
      ...home.env,
      ...{ SALLYPORT_SERVER: 'a/b', SALLYPORT_UPSTREAM: fixture.url, SALLYPORT_BUNDLE_DIR: bundle.path },
      ...{ SALLYPORT_STATE_DIR: home.root, SALLYPORT_HOST: '127.0.0.1', SALLYPORT_PORT: String(port) },
      ...{ SALLYPORT_ADMIN_HOST: '127.0.0.1', SALLYPORT_ADMIN_PORT: String(adminPort) },
    },
  });
  defer(() => child.kill('SIGKILL'));
  closeSync(full);
  const readyz = async (): Promise<boolean> =>
    (await fetch(`http://127.0.0.1:${adminPort}/readyz`, { signal: AbortSignal.timeout(1_000) })).ok;
  await eventually('it is ready', async () => readyz().catch(() => false));
  expect((await list(port)).status).toBe(200);
});

describe('the last fence', () => {
  it.each(['SIGUSR2', 'SIGVTALRM'] as const)(
    'of the sidecar: what nothing caught (%s) refuses everything, is told in log and readiness, and ends in order',
    async (signal) => {
      const sidecar = await sidecarWith({ anonymous: true }, { NODE_OPTIONS: THROWS });
      const running = rawExchange(sidecar.port, {
        headers: modernHeaders('tools/call', 'slow'),
        body: modernRequest('tools/call', { name: 'slow', arguments: { ms: 60_000 } }),
      });
      await eventually('the tool runs', () => fixture.executed.includes('slow'));
      sidecar.process.kill(signal);
      const cut = await running;
      expect(messagesIn(cut.body)).toMatchObject([{ id: 1, error: { code: -32603 } }]);
      const { status, body } = await sidecar.readiness();
      expect(status).toBe(503);
      expect(body).toMatchObject({ ready: false, failed: expect.stringMatching(/by the test/) as unknown });
      const refused = await list(sidecar.port);
      expect(refused.status).toBe(500);
      expect(refused.body).toContain('has failed');
      const exit = await eventually('the process has ended', () => sidecar.process.exitCode ?? undefined, 15_000);
      expect(exit).toBe(70);
      expect(sidecar.log.join('\n')).toMatch(/"level":60.*by the test/);
      const lines = readAudit(sidecar.auditFile);
      expect(lines.at(-1)?.event).toBe('close');
      expect(lines).toContainEqual(expect.objectContaining({ outcome: 'interrupted', tool: 'slow' }));
    },
  );

  it('of up: the terminal says why, and the process ends with 70 and a closed log', async () => {
    const home = await use(new Workspace());
    mkdirSync(home.path('policy'));
    home.write('policy/rules.yaml', POLICY);
    Object.assign(home.env, { NODE_OPTIONS: THROWS });
    const audit = home.path('audit.jsonl');
    const ports = ['--port', '0', '--metrics-port', '0'];
    const up = await use(
      runCli(home, 'up', '-f', home.path('policy'), '--audit', audit, '--upstream', fixture.url, ...ports),
    );
    const metrics = (await up.said(/metrics +(http\S+)\/metrics/))[1] ?? '';
    await up.said(/Ctrl-C/);
    up.process.kill('SIGUSR2');
    await up.said(/^failed +an error that nothing caught: Error: thrown by the test/);
    const ready = await fetch(`${metrics}/readyz`);
    expect({ status: ready.status, body: await ready.text() }).toMatchObject({
      status: 503,
      body: expect.stringContaining('thrown by the test') as unknown,
    });
    expect(await up.exit()).toBe(70);
    expect(readAudit(audit).at(-1)?.event).toBe('close');
  });

  it('of wrap: the call in flight is answered, and the process ends with 70', async () => {
    const home = await use(new Workspace());
    mkdirSync(home.path('policy'));
    home.write('policy/rules.yaml', POLICY);
    Object.assign(home.env, { NODE_OPTIONS: THROWS });
    const server = join(import.meta.dirname, '..', 'support', 'stdio-fixture-server.ts');
    const wrap = await use(runCli(home, 'wrap', '-f', home.path('policy'), '--', process.execPath, server));
    await shakeHands(wrap);
    sendLine(wrap, callTool('slow', { ms: 60_000 }, 7));
    await within(5_000, 'the call is on its way', new Promise((resolve) => setTimeout(resolve, 500)));
    wrap.process.kill('SIGUSR2');
    expect(await answerTo(wrap, 7)).toMatchObject({ error: { code: -32603 } });
    expect(messagesOut(wrap).filter(({ id }) => id === 7)).toHaveLength(1);
    expect(await wrap.exit()).toBe(70);
  });
});

const POLICY = `apiVersion: sallyport.dev/v1alpha1
kind: PolicyPack
metadata: {name: rules}
spec:
  tools: [{names: ["*"], effect: Allow}]
`;
