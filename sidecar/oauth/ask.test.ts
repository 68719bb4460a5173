/** The server of the pod is asked at whichever loopback address it listens, and reads the one that the gate was told. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ask } from './ask.ts';

async function listen(host: string): Promise<number> {
  const server = http.createServer((request, response) => response.end(request.headers.host));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const question = { method: 'GET', path: '/', headers: {} };

test.each(['127.0.0.1', '::1'])('in the pod, at %s', async (host) => {
  const server = new URL(`http://127.0.0.1:${await listen(host)}/mcp`);
  const { body } = await ask(server, question, true);
  expect(body.toString()).toBe(server.host);
});

test('elsewhere, at its own address alone', async () => {
  const port = await listen('::1');
  await expect(ask(new URL(`http://127.0.0.1:${port}/mcp`), question)).rejects.toThrow(/ECONNREFUSED/);
  expect((await ask(new URL(`http://[::1]:${port}/mcp`), question)).body.toString()).toBe(`[::1]:${port}`);
});
