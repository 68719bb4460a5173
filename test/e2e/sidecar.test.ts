/** The sidecar as a process: mounted policy and tokens that change under it, readiness, and its end. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { decisionsIn, readAudit } from '../support/audit-file.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { eventually } from '../support/eventually.ts';
import { type FixtureServer, startFixture } from '../support/fixture-server.ts';
import { sha256Hex } from '../support/gate.ts';
import { messagesIn, modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { type PackSpec, bundleOf } from '../support/policy.ts';
import { type RawResponse, rawExchange } from '../support/raw-http.ts';
import { bearer } from '../support/session.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

const { use } = cleanupAfterEach();
let fixture: FixtureServer;
let bundle: MountedVolume;
beforeEach(async () => {
  fixture = await use(startFixture());
  bundle = await use(new MountedVolume());
});

const allowing = (...names: string[]): PackSpec => ({ tools: [{ names: ['nothing', ...names], effect: 'Allow' }] });
const mounted = (spec: PackSpec, anonymous = true): Record<string, string> => ({
  'bundle.json': bundleOf(spec, { anonymous }).text,
});

async function start(env: Record<string, string> = {}): Promise<SidecarProcess> {
  return use(startSidecar({ SALLYPORT_UPSTREAM: fixture.url, SALLYPORT_BUNDLE_DIR: bundle.path, ...env }));
}

async function call(sidecar: SidecarProcess, tool: string, args = {}, token?: string): Promise<RawResponse> {
  const authorization = token === undefined ? [] : [bearer(token)];
  return rawExchange(sidecar.port, {
    headers: [...modernHeaders('tools/call', tool), ...authorization],
    body: modernRequest('tools/call', { name: tool, arguments: args }),
  });
}

async function isAllowed(sidecar: SidecarProcess, tool: string): Promise<boolean> {
  const [message] = messagesIn((await call(sidecar, tool)).body);
  return (message?.['result'] as { isError?: boolean } | undefined)?.isError !== true;
}

describe('policy', () => {
  it('without one every call is refused and the pod is not ready; the first one needs no restart', async () => {
    const sidecar = await start();
    expect(await sidecar.readiness()).toMatchObject({ status: 503, body: { ready: false, revision: null } });
    const refused = await call(sidecar, 'echo');
    expect(refused.status).toBe(503);
    expect(messagesIn(refused.body)).toMatchObject([{ error: { code: -31010 } }]);
    bundle.swap(mounted(allowing('echo')));
    await eventually('the pod is ready', async () => (await sidecar.readiness()).status === 200);
    expect(await isAllowed(sidecar, 'echo')).toBe(true);
    expect(await sidecar.readiness()).toMatchObject({ body: { revision: bundleOf(allowing('echo')).revision } });
  });

  it('swapped as the kubelet does it: in force for the next call, five times in a row', async () => {
    bundle.swap(mounted(allowing('echo')));
    const sidecar = await start();
    for (let i = 0; i < 5; i++) {
      bundle.swap(mounted(allowing('danger')));
      expect(await isAllowed(sidecar, 'echo')).toBe(false);
      bundle.swap(mounted(allowing('echo')));
      expect(await isAllowed(sidecar, 'echo')).toBe(true);
    }
  });

  it('that asks for what this gate does not know: the last good one stays, and health says which pack and which feature', async () => {
    bundle.swap(mounted(allowing('echo')));
    const sidecar = await start();
    const asking = mounted(allowing('danger'))['bundle.json']?.replace(
      '"formatVersion":1',
      '"formatVersion":2,"requires":{"dlp.results":["finance/payments"]}',
    );
    bundle.swap({ ...mounted(allowing('echo')), 'bundle.v2.json': asking ?? '' });
    await eventually('it is said', () => sidecar.log.find((line) => line.includes('the last good one stays in force')));
    const { status, body } = await sidecar.readiness();
    expect(status).toBe(200);
    expect(body['policyProblem']).toContain('pack finance/payments requires dlp.results, which this gate');
    expect([await isAllowed(sidecar, 'echo'), await isAllowed(sidecar, 'danger')]).toEqual([true, false]);
  });

  it.each<[name: string, files: Record<string, string>]>([
    ['is no JSON', { 'bundle.json': '{' }],
    ['is empty', { 'bundle.json': '' }],
    [
      'is of another format',
      {
        'bundle.json':
          mounted(allowing('danger'))['bundle.json']?.replace('"formatVersion":1', '"formatVersion":99') ?? '',
      },
    ],
    [
      'has an effect that is none',
      { 'bundle.json': mounted(allowing('danger'))['bundle.json']?.replace('"Allow"', '"allow"') ?? '' },
    ],
    [
      'has a field too many',
      { 'bundle.json': mounted(allowing('danger'))['bundle.json']?.replace('"packs"', '"extra":1,"packs"') ?? '' },
    ],
    ['is gone', {}],
  ])('that %s: the last good one stays, and that is said', async (_name, files) => {
    bundle.swap(mounted(allowing('echo')));
    const sidecar = await start();
    bundle.swap(files);
    await eventually('it is said', () => sidecar.log.find((line) => line.includes('the last good one stays in force')));
    expect(await sidecar.metrics()).toMatch(/sallyport_policy_rejected_total\{[^}]*\} 1/);
    expect(await isAllowed(sidecar, 'echo')).toBe(true);
    expect(await isAllowed(sidecar, 'danger')).toBe(false);
    expect((await sidecar.readiness()).status).toBe(200);
    bundle.swap(mounted(allowing('danger')));
    expect(await isAllowed(sidecar, 'danger')).toBe(true);
  });
});

it('tokens are mounted as a Secret, and a change counts for the next request', async () => {
  bundle.swap(mounted(allowing('echo'), false));
  const entry = (token: string): string => `sha256: ${sha256Hex(token)}\ngroups: [agents]\n`;
  const tokens = await use(new MountedVolume({ ada: entry('ada-1') }));
  const sidecar = await start({ SALLYPORT_TOKENS_DIR: tokens.path });
  expect((await call(sidecar, 'echo', {}, 'ada-1')).status).toBe(200);
  tokens.swap({ ada: entry('ada-2'), bob: entry('bob-1') });
  expect((await call(sidecar, 'echo', {}, 'ada-1')).status).toBe(401);
  expect((await call(sidecar, 'echo', {}, 'ada-2')).status).toBe(200);
  expect((await call(sidecar, 'echo', {}, 'bob-1')).status).toBe(200);
  tokens.swap({ ada: entry('ada-2'), bob: 'sha256: nonsense' });
  expect((await call(sidecar, 'echo', {}, 'bob-1')).status).toBe(401);
  expect((await call(sidecar, 'echo', {}, 'ada-2')).status).toBe(200);
  expect(JSON.stringify(sidecar.log) + JSON.stringify(fixture.seen)).not.toMatch(/(ada|bob)-[12]"/);
});

describe('SIGTERM', () => {
  it('lets a running call finish, ends with code 0 soon after it, and closes the log', async () => {
    bundle.swap(mounted(allowing('slow')));
    const sidecar = await start();
    const running = call(sidecar, 'slow', { ms: 500 });
    await eventually('the tool runs', () => fixture.executed.includes('slow'));
    const began = performance.now();
    const ended = sidecar.terminate();
    expect((await running).body).toContain('slept');
    expect(await ended).toBe(0);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(readAudit(sidecar.auditFile).at(-1)?.event).toBe('close');
    expect(decisionsIn(sidecar.auditFile)).toMatchObject([{ outcome: 'answered', tool: 'slow' }]);
  });

  it('does not wait for a call that takes for ever', async () => {
    bundle.swap(mounted(allowing('slow')));
    const sidecar = await start({ SALLYPORT_DRAIN: '300ms' });
    const running = call(sidecar, 'slow', { ms: 60_000 }).catch((error: unknown) => error);
    await eventually('the tool runs', () => fixture.executed.includes('slow'));
    expect(await sidecar.terminate()).toBe(0);
    // Not just the end of its connection: the client has to know that its call may have been executed.
    const cut = (await running) as RawResponse;
    expect(messagesIn(cut.body)).toMatchObject([{ id: 1, error: { code: -32000 } }]);
    expect(cut.body).toContain('may have executed');
    expect(readAudit(sidecar.auditFile).at(-1)?.event).toBe('close');
    expect(decisionsIn(sidecar.auditFile)).toMatchObject([{ outcome: 'interrupted', tool: 'slow' }]);
  });

  it('does not wait for clients that merely keep a connection or a stream open', async () => {
    bundle.swap(mounted(allowing('echo')));
    const sidecar = await start();
    const kept = await fetch(sidecar.url, {
      method: 'POST',
      headers: Object.fromEntries(modernHeaders('tools/list')),
      body: modernRequest('tools/list'),
    });
    await kept.text();
    const filter = { notifications: { toolsListChanged: true } };
    const stream = await fetch(sidecar.url, {
      method: 'POST',
      headers: Object.fromEntries(modernHeaders('subscriptions/listen')),
      body: modernRequest('subscriptions/listen', filter),
    });
    expect(stream.status).toBe(200);
    const began = performance.now();
    expect(await sidecar.terminate()).toBe(0);
    expect(performance.now() - began).toBeLessThan(5000);
    await stream.body?.cancel().catch(() => {});
  });
});

describe('a sidecar that cannot start says why in one sentence', () => {
  const GOOD = {
    SALLYPORT_SERVER: 'a/b',
    SALLYPORT_UPSTREAM: 'http://127.0.0.1:1/mcp',
    SALLYPORT_BUNDLE_DIR: '/',
    // Nobody can make it, root neither: what starts all the same says so.
    SALLYPORT_STATE_DIR: '/dev/null/state',
  };
  it.each<[name: string, env: Record<string, string>, says: RegExp]>([
    ['no upstream', { SALLYPORT_UPSTREAM: '' }, /SALLYPORT_UPSTREAM is not set; it must be the URL/],
    ['an upstream that is no URL', { SALLYPORT_UPSTREAM: 'localhost:80' }, /not an http or https URL: "localhost:80"/],
    ['a port that is none', { SALLYPORT_PORT: '99999' }, /SALLYPORT_PORT is not a port: "99999"/],
    ['a duration that is none', { SALLYPORT_DRAIN: 'soon' }, /SALLYPORT_DRAIN is not a duration/],
    ['a bundle directory that is not there', { SALLYPORT_BUNDLE_DIR: '/dev/null/bundles' }, /bundles/],
  ])('%s', (_name, env, says) => {
    const main = join(import.meta.dirname, '..', '..', 'sidecar', 'main.ts');
    const { status, stderr } = spawnSync(process.execPath, [main], {
      env: { ...GOOD, ...env },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(status).toBe(1);
    expect(
      stderr
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('{')),
    ).toHaveLength(1);
    expect(stderr).toMatch(says);
  });
});
