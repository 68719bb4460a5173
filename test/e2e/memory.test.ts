/** The sidecar as its image runs it, in as much memory as the chart gives it, with all at once that would use it up. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import http from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { memoryGroup, whyNoMemoryGroup } from '../support/cgroup.ts';
import { cleanupAfterEach } from '../support/cleanup.ts';
import { sha256Hex } from '../support/gate.ts';
import { buildSidecar, chartLimit } from '../support/image-sidecar.ts';
import { modernHeaders, modernRequest } from '../support/messages.ts';
import { MountedVolume } from '../support/mounted-volume.ts';
import { ALLOW_ALL, bundleOf } from '../support/policy.ts';
import { rawBytes } from '../support/raw-http.ts';
import { type SidecarProcess, startSidecar } from '../support/sidecar-process.ts';

const MIB = 1024 * 1024;
/** Longer than a body waits for room. */
const FLOOD_MS = 12_000;
const CLIENTS = ['ada', 'bob', 'cyd', 'dan', 'eve'] as const;
type Client = (typeof CLIENTS)[number];
const tokenOf = (client: Client): string => `sp_${client.repeat(14)}`.slice(0, 43);

const { use, defer } = cleanupAfterEach();
const whyNot = whyNoMemoryGroup();
if (whyNot !== undefined) process.stderr.write(`skipped: ${whyNot}\n`);

interface Ended {
  /** 0: none. */
  readonly status: number;
  readonly bytes: number;
  readonly ms: number;
  /** The first of it. */
  readonly text: string;
}

async function startServer(): Promise<number> {
  const file = join(import.meta.dirname, '..', 'support', 'heavy-server.ts');
  const child: ChildProcess = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  defer(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return Number(line.toString());
}

const agent = new http.Agent({ keepAlive: false, maxSockets: Infinity });

const bodyOf = (tool: string, args: object): Buffer =>
  Buffer.from(modernRequest('tools/call', { name: tool, arguments: args }));

function call(port: number, client: Client, tool: string, body: Buffer, signal?: AbortSignal): Promise<Ended> {
  const began = performance.now();
  const headers = {
    ...Object.fromEntries(modernHeaders('tools/call', tool)),
    authorization: `Bearer ${tokenOf(client)}`,
    'content-length': body.length,
  };
  return new Promise((resolve) => {
    let [bytes, text] = [0, ''];
    const end = (status: number): void => resolve({ status, bytes, ms: performance.now() - began, text });
    const request = http.request({ host: '127.0.0.1', port, path: '/mcp', method: 'POST', agent, headers });
    request.on('response', (response) => {
      response.on('data', (chunk: Buffer) => {
        if (text.length < 1_000) text += chunk.toString('latin1', 0, 1_000);
        bytes += chunk.length;
      });
      response.on('close', () => end(response.complete ? (response.statusCode ?? 0) : 0));
    });
    request.on('error', () => end(0));
    signal?.addEventListener('abort', () => request.destroy());
    request.end(body);
  });
}

/** Sends half of it and leaves the connection open. */
function sendHalf(port: number, client: Client, body: Buffer): void {
  const headers = [...modernHeaders('tools/call', 'echo'), ['Authorization', `Bearer ${tokenOf(client)}`] as const];
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(rawBytes(port, { headers: [...headers, ['Content-Length', String(body.length)]], headOnly: true }));
  socket.write(body.subarray(0, body.length / 2));
  defer(() => socket.destroy());
}

function kindOf({ status, bytes, text }: Ended): string {
  if (status === 0) return 'left';
  if (bytes > 15 * MIB) return 'large';
  // On a machine that has much else to do, not all of them are sent within the time that there is for a body.
  if (status === 408) return 'too slow';
  return text.includes('no room') ? 'no room' : text.includes('"content"') ? 'small' : `${status} ${text}`;
}

async function startInGroup(): Promise<{ sidecar: SidecarProcess; kills: () => number }> {
  const image = await use(buildSidecar());
  const group = await use(memoryGroup(`sallyport-memory-${process.pid}`, chartLimit()));
  const digests = CLIENTS.map((name) => [name, `sha256: ${sha256Hex(tokenOf(name))}\n`]);
  const tokens = await use(new MountedVolume(Object.fromEntries(digests) as Record<string, string>));
  const bundle = await use(new MountedVolume({ 'bundle.json': bundleOf(ALLOW_ALL, {}).text }));
  const sidecar = await use(
    startSidecar(
      {
        ...image.env,
        SALLYPORT_UPSTREAM: `http://127.0.0.1:${await startServer()}/mcp`,
        SALLYPORT_BUNDLE_DIR: bundle.path,
        SALLYPORT_TOKENS_DIR: tokens.path,
      },
      group.inside(image.command),
    ),
  );
  return { sidecar, kills: () => group.kills() };
}

it.skipIf(whyNot !== undefined)(
  'lives through large calls, half of calls and large answers at once, and answers small calls meanwhile',
  { timeout: 120_000 },
  async () => {
    const { sidecar, kills } = await startInGroup();
    const { port } = sidecar;
    const SMALL = bodyOf('echo', {});
    const small: Ended[] = [];
    const over = new AbortController();
    const others = (async () => {
      while (!over.signal.aborted) {
        small.push(await call(port, 'eve', 'echo', SMALL));
        await sleep(50);
      }
    })();
    const repeat = (count: number, one: () => Promise<Ended>): Promise<Ended[]> =>
      Promise.all(Array.from({ length: count }, one));
    const LARGE = bodyOf('slow', { ms: 1_000, pad: 'y'.repeat(4 * MIB - 1_000) });
    const ASKS_MUCH = bodyOf('big', { mib: 15 });
    for (let i = 0; i < 80; i++) sendHalf(port, 'bob', LARGE);
    // Some of these take their answers for as long as it lasts.
    const enough = AbortSignal.timeout(FLOOD_MS);
    setMaxListeners(0, enough);
    const [bodies, answers, pulled] = await Promise.all([
      repeat(40, () => call(port, 'ada', 'slow', LARGE)),
      repeat(10, () => call(port, 'cyd', 'big', ASKS_MUCH)),
      repeat(300, () => call(port, 'dan', 'big', ASKS_MUCH, enough)),
    ]);
    over.abort();
    await others;
    expect([kills(), sidecar.process.exitCode, sidecar.process.signalCode]).toEqual([0, null, null]);
    expect(new Set(small.map(({ status }) => status))).toEqual(new Set([200]));
    expect(small.length).toBeGreaterThan(10);
    // Where two cores have ten processes to run, single ones are late; still, none may take half of the minute that clients wait.
    const waited = small.map(({ ms }) => ms).sort((one, other) => one - other);
    expect(waited[waited.length >> 1]).toBeLessThan(1_000);
    expect(waited.at(-1)).toBeLessThan(30_000);
    // Everybody who stays has an answer, and is told when there was no room for another.
    expect(answers.map(kindOf)).toEqual(answers.map(() => 'large'));
    const fates = new Set(['small', 'no room', 'too slow']);
    expect(bodies.map(kindOf).filter((kind) => !fates.has(kind))).toEqual([]);
    expect(pulled.filter((one) => kindOf(one) === 'large').length).toBeGreaterThan(0);
    expect(new Set(pulled.map(kindOf))).toEqual(new Set(['large', 'left']));
    expect((await sidecar.readiness()).status).toBe(200);
  },
);
