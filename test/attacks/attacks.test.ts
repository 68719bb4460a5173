/**
 * Attacks on a gate that runs as a pod runs it, in front of real servers of three languages. Whatever is sent to it: the process lives,
 * the next call of somebody else is answered, nothing that no rule allows is executed, and nothing hidden is shown.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decisionsIn } from '../support/audit-file.ts';
import { callTool, legacyHeaders, messagesIn } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { type PackSpec, bundleOf } from '../support/policy.ts';
import { converse } from '../support/raw-conversation.ts';
import { rawExchange } from '../support/raw-http.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';
import { type Attack, FORBIDDEN } from './attack.ts';
import { FRAMING } from './kinds/framing.ts';
import { HEADS } from './kinds/heads.ts';
import { MESSAGES } from './kinds/messages.ts';
import { type Upstream, startUpstreams } from './upstreams.ts';
import type { Execution } from '../fuzz/servers/reference.ts';

const ATTACKS: readonly Attack[] = [...FRAMING, ...HEADS, ...MESSAGES];

/** What the policy allows, and nothing else: the attacks go for the rest. */
const POLICY: PackSpec = {
  tools: [
    { names: ['echo'], effect: 'Allow' },
    { names: ['read_file'], effect: 'Allow', arguments: { path: { type: 'path', roots: ['/data'] } } },
  ],
  prompts: [{ names: ['greet'], effect: 'Allow' }],
  resources: [{ uris: ['file:///data/**'], effect: 'Allow' }],
  limits: { batch: 10 },
};

const SERVERS = ['sdk-v1', 'sdk-v1-express', 'sdk-v2-handler', 'mcp-go', 'python-sdk'];

let upstreams: Upstream[] = [];
beforeAll(async () => {
  upstreams = await startUpstreams();
}, 300_000);
afterAll(async () => {
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

it('there are more than 330 attacks, each of which is another', () => {
  expect(new Set(ATTACKS.map(({ name }) => name)).size).toBe(ATTACKS.length);
  expect(new Set(ATTACKS.map(({ bytes }) => bytes.toString('latin1'))).size).toBeGreaterThan(330);
});

describe.each(SERVERS)('in front of %s', { tags: ['decided', 'one-reading'] }, (name) => {
  const bundle = new MountedVolume({ 'bundle.json': bundleOf(POLICY, { anonymous: true }).text });
  let upstream: Upstream | undefined;
  let sidecar: SidecarProcess;
  beforeAll(async () => {
    upstream = upstreams.find((one) => one.name === name);
    if (upstream === undefined) return;
    sidecar = await startSidecar({ SALLYPORT_UPSTREAM: upstream.url, SALLYPORT_BUNDLE_DIR: bundle.path });
  });
  afterAll(async () => {
    bundle.close();
    await sidecar?.close();
  });

  it.for(ATTACKS)('$name', async ({ bytes, hangsUp }, { skip }) => {
    if (upstream === undefined) return skip(`${name} cannot run on this machine`);
    upstream.take();
    const { answers, closed } = await converse(sidecar.port, bytes, { answers: 1, end: hangsUp === true });
    if (hangsUp !== true) expect(answers.length > 0 || closed, 'it got an answer').toBe(true);
    for (const { body, head } of answers) expect(`${head}${body}`).not.toMatch(/the tool danger|root:x:0/);
    await expectServes(sidecar);
    expect(sidecar.process.exitCode, sidecar.log.slice(-5).join('\n')).toBe(null);
    expect(upstream.take().filter(isForbidden)).toEqual([]);
  });

  it('still has nothing executed, all is on record, and it ends in order', async ({ skip }) => {
    if (upstream === undefined) return skip(`${name} cannot run on this machine`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(upstream.take().filter(isForbidden)).toEqual([]);
    expect((await sidecar.readiness()).status).toBe(200);
    expect(await sidecar.terminate()).toBe(0);
    expect(decisionsIn(sidecar.auditFile).length).toBeGreaterThan(0);
  });
});

async function expectServes(sidecar: SidecarProcess): Promise<void> {
  const { status, body } = await rawExchange(sidecar.port, { headers: legacyHeaders(), body: callTool('echo') });
  expect(status).toBe(200);
  expect(messagesIn(body)).toMatchObject([{ id: 1, result: {} }]);
}

function isForbidden({ method, params }: Execution): boolean {
  const {
    name,
    uri,
    ref,
    arguments: args,
  } = (params ?? {}) as {
    readonly name?: unknown;
    readonly uri?: unknown;
    readonly ref?: { readonly name?: unknown; readonly uri?: unknown };
    readonly arguments?: { readonly path?: unknown };
  };
  switch (method) {
    case 'tools/call':
      return name === 'read_file' ? !isInside(args) : name !== 'echo';
    case 'prompts/get':
      return name !== 'greet';
    case 'resources/read':
    case 'resources/subscribe':
      return typeof uri !== 'string' || !isInsideUri(uri);
    case 'completion/complete':
      return ref?.name === FORBIDDEN.prompt || ref?.uri === FORBIDDEN.resource;
    default:
      return !ALLOWED_METHODS.has(method);
  }
}

const ALLOWED_METHODS = new Set([
  ...['initialize', 'ping', 'tools/list', 'server/discover', 'logging/setLevel', 'typed', 'subscriptions/listen'],
  ...[
    'notifications/initialized',
    'notifications/cancelled',
    'notifications/progress',
    'notifications/roots/list_changed',
  ],
]);

/** As the most careless reader would take it: whatever may lead out of the folder counts as out. Relative paths begin in it. */
function isInside(args: unknown): boolean {
  if (typeof args !== 'object' || args === null) return true;
  return Object.values(args).every(
    (path) => typeof path === 'string' && /^(?:\/data\/|[\w.]|$)/.test(path) && !/\.\.|[%\\\0:]/.test(path),
  );
}

function isInsideUri(uri: string): boolean {
  const path = URL.parse(uri)?.pathname ?? '';
  return decodeURIComponent(path).startsWith('/data/') && !/\.\.|\\/.test(decodeURIComponent(path));
}
