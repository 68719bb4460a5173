import { createServer, type AddressInfo } from 'node:net';
import { pino } from 'pino';
import { Counter, Registry } from 'prom-client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Probes } from './probes.ts';

let waitingFor: string[];
let probes: Probes;
let port: number;
let abort: AbortController;
let ended: Promise<void>;
const log = pino({ level: 'info' }, { write() {} });

beforeEach(async () => {
  waitingFor = [];
  port = await freePort();
  abort = new AbortController();
  const registry = new Registry();
  new Counter({ name: 'calls_total', help: 'Calls.', registers: [registry] }).inc();
  probes = new Probes(port, registry, () => waitingFor, log);
  ended = probes.start(abort.signal);
  await probes.ready;
});
afterEach(async () => {
  abort.abort();
  await ended;
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}

async function get(path: string): Promise<[number, string]> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  return [response.status, await response.text()];
}

test('is alive whatever it waits for: to be killed would not help', async () => {
  waitingFor = ['cache of pods: not filled yet'];
  expect(await get('/healthz')).toEqual([200, '{"alive":true}\n']);
});

test('is ready when it waits for nothing, and otherwise says for what', async () => {
  expect(await get('/readyz')).toEqual([200, '{"ready":true,"waitingFor":[]}\n']);
  waitingFor = ['cache of pods: not filled yet'];
  expect(await get('/readyz')).toEqual([503, '{"ready":false,"waitingFor":["cache of pods: not filled yet"]}\n']);
});

test('is not ready any more once it leaves, and still answers', async () => {
  probes.leave();
  expect(await get('/readyz')).toEqual([503, '{"ready":false,"waitingFor":["the process is stopping"]}\n']);
  expect(await get('/healthz')).toEqual([200, '{"alive":true}\n']);
});

test('gives its metrics, and elsewhere says where to ask', async () => {
  const [status, text] = await get('/metrics');
  expect(status).toBe(200);
  expect(text).toContain('calls_total 1');
  expect(await get('/')).toEqual([404, '{"error":"try /metrics, /healthz or /readyz"}\n']);
});

test('a port that is taken is an error of the start', async () => {
  const second = new Probes(port, new Registry(), () => [], log);
  await expect(second.start(new AbortController().signal)).rejects.toThrow('EADDRINUSE');
});

test('the level of the log can be changed while it runs', async () => {
  const put = async (body: string): Promise<number> =>
    (await fetch(`http://127.0.0.1:${port}/loglevel`, { method: 'PUT', body })).status;
  expect([await put('debug'), log.level, await get('/loglevel')]).toEqual([200, 'debug', [200, '{"level":"debug"}\n']]);
  expect([await put('silent'), log.level]).toEqual([400, 'debug']);
});
