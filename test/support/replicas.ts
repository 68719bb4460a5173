/** Several gates of one server, each with a server of its own as pods have them, and what leads to them without affinity. */
import { randomBytes } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OperatorDouble } from '../../sidecar/testing/operator-double.ts';
import { eventually } from './eventually.ts';
import { type TestGate, startGate } from './gate.ts';
import { INITIALIZE } from './messages.ts';
import { MountedVolume } from './mounted-volume.ts';
import { ALLOW_ALL, type PackSpec, bundleOf, policyOf } from './policy.ts';
import { type SidecarProcess, startSidecar } from './sidecar-process.ts';

interface Closable {
  readonly url: string;
  close(): Promise<void>;
}

export interface Replicas<Gate, Server> {
  /** Each request goes to the next one. */
  readonly url: string;
  readonly gates: readonly Gate[];
  readonly servers: readonly Server[];
  /** Requests that went to each. */
  readonly asked: ReadonlyMap<Gate, number>;
  readonly sharedKey: Buffer;
  /** No endpoint leads to it any more. */
  takeOut(gate: Gate): void;
  close(): Promise<void>;
}

/** Gates in this process. */
export async function startGates<Server extends Closable>(
  count: number,
  newServer: () => Promise<Server>,
  spec: PackSpec = ALLOW_ALL,
): Promise<Replicas<TestGate, Server>> {
  const sharedKey = randomBytes(32);
  const policy = policyOf(spec, { anonymous: true });
  const servers = await Promise.all(Array.from({ length: count }, newServer));
  const gates = await Promise.all(servers.map(async ({ url }) => startGate({ upstream: url, policy, sharedKey })));
  return leadTo(gates, servers, sharedKey, async () => {});
}

/** Processes as pods run them: they have the key from their operator, and are ready. */
export async function startSidecars<Server extends Closable>(
  count: number,
  newServer: () => Promise<Server>,
  env: Readonly<Record<string, string>> = {},
): Promise<Replicas<SidecarProcess, Server>> {
  const operator = await OperatorDouble.start();
  const sharedKey = randomBytes(32);
  operator.handleKeys = { handleKey: sharedKey.toString('base64url') };
  const volume = new MountedVolume({ 'bundle.json': bundleOf(ALLOW_ALL).text });
  const servers = await Promise.all(Array.from({ length: count }, newServer));
  const started = servers.map(async ({ url }, i) => {
    const address = `127.0.0.${i + 1}`;
    const gate = await startSidecar({
      ...operator.env,
      SALLYPORT_UPSTREAM: url,
      SALLYPORT_BUNDLE_DIR: volume.path,
      SALLYPORT_HOST: address,
      SALLYPORT_POD_IP: address,
      SALLYPORT_HOP_PORT: '0',
      ...env,
    });
    await eventually('it is ready', async () => (await gate.readiness()).status === 200);
    return gate;
  });
  return leadTo(await Promise.all(started), servers, sharedKey, async () => {
    volume.close();
    await operator.close();
  });
}

async function leadTo<Gate extends Closable, Server extends Closable>(
  gates: readonly Gate[],
  servers: readonly Server[],
  sharedKey: Buffer,
  closeMore: () => Promise<void>,
): Promise<Replicas<Gate, Server>> {
  const endpoints = [...gates];
  const asked = new Map(gates.map((gate) => [gate, 0]));
  let turn = 0;
  const next = (): Gate => {
    const gate = endpoints[turn++ % endpoints.length];
    if (gate === undefined) throw new Error('no endpoint is left');
    asked.set(gate, (asked.get(gate) ?? 0) + 1);
    return gate;
  };
  const proxy = http.createServer((request, response) => passOn(request, response, next()));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/mcp`,
    gates,
    servers,
    asked,
    sharedKey,
    takeOut: (gate) => void endpoints.splice(endpoints.indexOf(gate), 1),
    async close() {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
      for (const one of [...gates, ...servers]) await one.close();
      await closeMore();
    },
  };
}

/** Knows nothing of what it passes. */
function passOn(request: IncomingMessage, response: ServerResponse, gate: Closable): void {
  const { hostname, port } = new URL(gate.url);
  const { method, url, headers } = request;
  const onward = http.request({ hostname, port, method, path: url, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 0, answer.headers);
    response.flushHeaders();
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** A POST by hand. */
export async function askBy(url: string, body: string, session?: string, more: object = {}): Promise<Response> {
  const named = session === undefined ? {} : { 'mcp-session-id': session };
  return fetch(url, { method: 'POST', headers: { ...HEADERS, ...named, ...more }, body });
}

/** The id that the client is given. */
export async function openSessionBy(url: string): Promise<string> {
  const answer = await askBy(url, INITIALIZE);
  await answer.text();
  const id = answer.headers.get('mcp-session-id');
  if (id === null) throw new Error(`no session: HTTP ${answer.status}`);
  await (await askBy(url, '{"jsonrpc":"2.0","method":"notifications/initialized"}', id)).text();
  return id;
}

const HOPS = /^sallyport_hops_total\{.*outcome="([\w-]+)".*\} (\d+)$/gm;

/** By what became of them, of all gates together. */
export async function hopsOf(gates: readonly (SidecarProcess | TestGate)[]): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const gate of gates) {
    const shown = 'metrics' in gate ? gate.metrics() : gate.gate.metrics.registry.metrics();
    for (const [, outcome = '', count] of (await shown).matchAll(HOPS)) {
      counts[outcome] = (counts[outcome] ?? 0) + Number(count);
    }
  }
  return counts;
}
