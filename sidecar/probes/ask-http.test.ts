import http, { type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { askHttp } from './ask-http.ts';
import { reach } from './reach.ts';
import type { HttpGet } from './routes.ts';

let server: http.Server;
let seen: IncomingMessage[];
let port: number;
beforeEach(async () => {
  seen = [];
  server = http.createServer((request, response) => {
    seen.push(request);
    response.writeHead(202).end('body');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => void server.close());

async function ask(probe: Omit<HttpGet, 'port'>): Promise<number> {
  const reached = await reach(['127.0.0.1'], port, new AbortController().signal);
  return askHttp({ ...probe, port }, reached, 'kube-probe/1.36');
}

it('asks what the pod says, with its headers, as a kubelet does', async () => {
  const httpHeaders = [
    { name: 'Host', value: 'ledger.example.com' },
    { name: 'X-Probe', value: 'one' },
    { name: 'X-Probe', value: 'two' },
  ];
  expect(await ask({ path: '/health?deep=1', scheme: 'HTTP', httpHeaders })).toBe(202);
  expect(seen[0]).toMatchObject({
    method: 'GET',
    url: '/health?deep=1',
    headers: { host: 'ledger.example.com', 'x-probe': 'one, two', 'user-agent': 'kube-probe/1.36', accept: '*/*' },
  });
});

it('may say who asks, and what is accepted', async () => {
  const httpHeaders = [
    { name: 'User-Agent', value: 'probe' },
    { name: 'accept', value: 'text/plain' },
  ];
  await ask({ path: '/', httpHeaders });
  expect(seen[0]?.headers).toMatchObject({ 'user-agent': 'probe', accept: 'text/plain' });
});

it.each([
  [undefined, '/'],
  ['', '/'],
  ['health', '/health'],
])('has a path, as kubelets make one of %j', async (path, url) => {
  await ask({ path });
  expect(seen[0]).toMatchObject({ url, headers: { host: `127.0.0.1:${port}` } });
});
