/** The sidecar as a pod of a cluster runs it: what it tells the operator, and how it goes. */
import { OWN_UNDERSTANDING } from '../../core/policy/bundle-versions.ts';
import { networkInterfaces } from 'node:os';
import { beforeEach, describe, expect, it } from 'vitest';
import { OperatorDouble } from '../../sidecar/testing/operator-double.ts';
import { decisionsIn } from '../support/audit-file.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { connectV2, textOf } from '../support/clients.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { rulesHolding } from '../support/held-calls.ts';
import { messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { type PackSpec, bundleOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

const { use } = cleanupAfterEach();
let fixture: FixtureServer;
let operator: OperatorDouble;
let bundle: MountedVolume;
beforeEach(async () => {
  fixture = await use(startFixture());
  operator = await use(OperatorDouble.start());
  bundle = await use(new MountedVolume());
});

const allowing = (...names: string[]): PackSpec => ({ tools: [{ names: ['nothing', ...names], effect: 'Allow' }] });
const mounted = (spec: PackSpec): Record<string, string> => ({ 'bundle.json': bundleOf(spec).text });
const revisionOf = (spec: PackSpec): string => bundleOf(spec).revision;

async function start(env: Record<string, string> = {}): Promise<SidecarProcess> {
  return use(
    startSidecar({
      SALLYPORT_UPSTREAM: fixture.url,
      SALLYPORT_BUNDLE_DIR: bundle.path,
      SALLYPORT_POD_IP: '127.0.0.9',
      ...operator.env,
      ...env,
    }),
  );
}

async function call(sidecar: SidecarProcess, tool: string, args = {}): Promise<RawResponse> {
  return rawExchange(sidecar.port, {
    headers: modernHeaders('tools/call', tool),
    body: modernRequest('tools/call', { name: tool, arguments: args }),
  });
}

async function isAllowed(sidecar: SidecarProcess, tool: string): Promise<boolean> {
  const [message] = messagesIn((await call(sidecar, tool)).body);
  return (message?.['result'] as { isError?: boolean } | undefined)?.isError !== true;
}

async function reported(what: object): Promise<void> {
  await eventually(`a report of ${JSON.stringify(what)}`, () => {
    const last = operator.reports.at(-1)?.body;
    return Object.entries(what).every(([key, value]) => JSON.stringify(last?.[key]) === JSON.stringify(value));
  });
}

describe('reports', () => {
  it('what is enforced: from no policy to one, through a broken one, to the next', async () => {
    const sidecar = await start();
    await reported({
      version: '0.0.0-dev',
      understands: { version: 2, features: OWN_UNDERSTANDING.features },
      policy: { revision: null, problem: `${bundle.path}/bundle.json is not there (ENOENT)` },
    });
    bundle.swap(mounted(allowing('echo')));
    await reported({ policy: { revision: revisionOf(allowing('echo')), problem: null } });
    bundle.swap({ 'bundle.json': '{' });
    await eventually('the problem', () => {
      const policy = operator.reports.at(-1)?.body['policy'] as { revision: string; problem: string | null };
      return policy.problem !== null && policy.revision === revisionOf(allowing('echo'));
    });
    bundle.swap(mounted(allowing('danger')));
    await reported({ policy: { revision: revisionOf(allowing('danger')), problem: null } });
    expect(await isAllowed(sidecar, 'danger')).toBe(true);
    expect(await sidecar.metrics()).toMatch(/sallyport_operator_report_taken\{[^}]*\} 1/);
  });

  it('a swap within milliseconds, and the next call is decided by what was reported', async () => {
    bundle.swap(mounted(allowing('echo')));
    const sidecar = await start();
    await reported({ policy: { revision: revisionOf(allowing('echo')), problem: null } });
    const times: number[] = [];
    for (const tool of ['danger', 'echo', 'danger', 'echo', 'danger', 'echo']) {
      const count = operator.reports.length;
      const began = performance.now();
      bundle.swap(mounted(allowing(tool)));
      // A report that was due anyway may still name the revision before.
      const report = await eventually('the report', () =>
        operator.reports
          .slice(count)
          .find(({ body }) => (body['policy'] as { revision: string }).revision === revisionOf(allowing(tool))),
      );
      expect(await isAllowed(sidecar, tool)).toBe(true);
      times.push(report.at - began);
    }
    expect(Math.min(...times)).toBeLessThan(50);
  });

  it('who may call, and whose entry is wrong', async () => {
    const tokens = await use(new MountedVolume());
    await start({ SALLYPORT_TOKENS_DIR: tokens.path });
    await reported({ tokens: { clients: 0, problems: [] } });
    tokens.swap({ ada: `sha256: ${'a'.repeat(64)}`, bob: 'sha256: nonsense' });
    await eventually('the report', () => {
      const { clients, problems } = (operator.reports.at(-1)?.body['tokens'] ?? {}) as {
        clients?: number;
        problems?: string[];
      };
      return clients === 1 && problems?.length === 1 && problems[0]?.startsWith('bob: ');
    });
  });

  it('whether the server can be reached beside the gate', async () => {
    await start();
    await reported({ upstream: { loopbackOnly: true } });
    // Where the pod has the address that the server listens on.
    await start({ SALLYPORT_POD_IP: '127.0.0.1' });
    await reported({ upstream: { loopbackOnly: false } });
  });

  it('nothing to a stranger, and calls go on', async () => {
    bundle.swap(mounted(allowing('echo')));
    operator.rotate();
    const sidecar = await start();
    await eventually('it is said', () => sidecar.log.find((line) => line.includes('did not take the report')));
    expect(operator.requests).toEqual([]);
    expect(await isAllowed(sidecar, 'echo')).toBe(true);
    expect((await sidecar.readiness()).status).toBe(200);
  });
});

it('a held call is approved through the operator', async () => {
  bundle.swap(mounted(rulesHolding('20s')));
  const sidecar = await start();
  const client = await use(connectV2(sidecar.url, 'modern'));
  const result = client.callTool({ name: 'transfer', arguments: { amount: 1 } });
  await eventually('it is held', () => operator.pollsOpen === 1);
  operator.settle(operator.only().name, 'Approved');
  expect(textOf(await result)).toBe('transfer {"amount":1}');
  expect(fixture.executed).toEqual(['transfer']);
});

describe('drain', () => {
  it('takes the pod out of service, still serves, and ends connections; SIGTERM ends the rest', async () => {
    bundle.swap(mounted(allowing('echo', 'slow')));
    const sidecar = await start();
    const running = call(sidecar, 'slow', { ms: 3_000 });
    await eventually('the tool runs', () => fixture.executed.includes('slow'));
    const began = performance.now();
    expect(await sidecar.drain('300ms')).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(300);
    expect(await sidecar.readiness()).toMatchObject({ status: 503, body: { ready: false, draining: true } });
    const late = await call(sidecar, 'echo');
    expect(late.status).toBe(200);
    expect(late.headers['connection']).toBe('close');
    const finished = await running;
    expect(finished.body).toContain('slept');
    expect(finished.headers['connection']).toBe('close');
    const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'late', version: '1' } };
    const session = await rawExchange(sidecar.port, {
      headers: [
        ['Content-Type', 'application/json'],
        ['Accept', 'application/json, text/event-stream'],
      ],
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize }),
    });
    // Endpoints lead here for as long as nobody has heard of it.
    expect(session.status).toBe(200);
    expect(session.headers['connection']).toBe('close');
    expect(await sidecar.terminate()).toBe(0);
    expect(decisionsIn(sidecar.auditFile).map(({ outcome }) => outcome)).toContain('answered');
  });

  it('is taken from loopback alone', async () => {
    const address = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.internal === false && one.family === 'IPv4')?.address;
    const sidecar = await start({ SALLYPORT_ADMIN_HOST: '0.0.0.0' });
    const post = async (host: string): Promise<number> =>
      (await fetch(`http://${host}:${sidecar.adminPort}/drain`, { method: 'POST' })).status;
    if (address !== undefined) expect(await post(address)).toBe(403);
    expect((await fetch(`http://127.0.0.1:${sidecar.adminPort}/drain`)).status).toBe(405);
    expect((await sidecar.readiness()).body).toMatchObject({ draining: false });
    expect(await post('127.0.0.1')).toBe(200);
  });

  it('over IPv6 and IPv4 alike, where it listens on both', async () => {
    const sidecar = await start({ SALLYPORT_ADMIN_HOST: '::', SALLYPORT_HOST: '::' });
    expect(await sidecar.drain('0ms')).toBe(0);
    expect((await sidecar.readiness()).body).toMatchObject({ draining: true });
  });

  it('says so when there is nobody to drain', async () => {
    const sidecar = await start();
    await sidecar.terminate();
    expect(await sidecar.drain('0ms')).toBe(1);
  });
});
