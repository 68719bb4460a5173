import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import { upstreamRequest } from '../../testing/upstream-request.ts';
import { HttpUpstream } from './server.ts';
import type { UpstreamError } from '../upstream.ts';

async function listen(port: number): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    request.resume();
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

async function close(server: http.Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

function ask(upstream: HttpUpstream, headers: http.IncomingHttpHeaders = {}): Promise<number | UpstreamError> {
  return new Promise((resolve) => {
    upstream.send(upstreamRequest({ httpMethod: 'GET', headers }), {
      onHead: resolve,
      onData: () => true,
      onEnd() {},
      onError: resolve,
    });
  });
}

it('a request that cannot be made takes no probe with it: the server is asked again all the same', async () => {
  const before = await listen(0);
  const { port } = before.address() as AddressInfo;
  await close(before);
  const clock = new FakeClock();
  const upstream = new HttpUpstream(`http://127.0.0.1:${port}/mcp`, clock);
  onTestFinished(() => upstream.close());
  for (let i = 0; i < 5; i++) expect(await ask(upstream)).toMatchObject({ reason: 'upstream-unreachable' });
  await expect(ask(upstream)).rejects.toThrow(/did not answer lately/);
  clock.advance(500);
  const unreadable = new Proxy({}, { ownKeys: () => expect.fail('thrown while the request is made') });
  await expect(ask(upstream, unreadable)).rejects.toThrow(/while the request is made/);
  // What undici does not take is told later than what throws.
  expect(await ask(upstream, { 'x-line': 'a\nb' })).toMatchObject({ reason: 'upstream-unreachable' });
  const again = await listen(port);
  onTestFinished(() => close(again));
  expect(await ask(upstream)).toBe(200);
});

it('twelve calls that fail together pause it no longer than five', async () => {
  const before = await listen(0);
  const { port } = before.address() as AddressInfo;
  await close(before);
  const clock = new FakeClock();
  const upstream = new HttpUpstream(`http://127.0.0.1:${port}/mcp`, clock);
  onTestFinished(() => upstream.close());
  const outcomes = await Promise.all(Array.from({ length: 12 }, () => ask(upstream)));
  expect(outcomes).toMatchObject(outcomes.map(() => ({ reason: 'upstream-unreachable' })));
  const again = await listen(port);
  onTestFinished(() => close(again));
  clock.advance(499);
  await expect(ask(upstream)).rejects.toThrow(/did not answer lately/);
  clock.advance(1);
  expect(await ask(upstream)).toBe(200);
});

it('no header of a caller passes for one that the gate has something to say in', async () => {
  const server = await listen(0);
  onTestFinished(() => close(server));
  const heard = new Promise<http.IncomingHttpHeaders>((resolve) =>
    server.once('request', ({ headers }) => resolve(headers)),
  );
  const upstream = new HttpUpstream(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, new FakeClock());
  onTestFinished(() => upstream.close());
  const own = { headers: { 'x-api-key': 'ours' }, query: '', instead: new Set(['x-api-key', 'x_old_key']) };
  const headers = { 'x-api-key': 'a', x_api_key: 'b', 'x-api_key': 'c', 'x-old-key': 'd', 'x-api': 'e' };
  upstream.send(upstreamRequest({ headers, own }), { onHead() {}, onData: () => true, onEnd() {}, onError() {} });
  expect(await heard).toMatchObject({ 'x-api-key': 'ours', 'x-api': 'e' });
  expect(
    Object.keys(await heard)
      .filter((name) => name.startsWith('x'))
      .toSorted(),
  ).toEqual(['x-api', 'x-api-key']);
});
