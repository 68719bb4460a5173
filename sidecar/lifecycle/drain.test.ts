import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { CommandConfig } from '../command-config.ts';
import { drain } from './drain.ts';

let port = 0;
let asked: string[];
let status = 200;
beforeEach(async () => {
  asked = [];
  status = 200;
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  port = (server.address() as AddressInfo).port;
});

const config = (adminHost: string | undefined, adminPort = port, drainDelayMs = 0) =>
  ({ adminHost, adminPort, drainDelayMs }) as CommandConfig;

test.each([undefined, '0.0.0.0', '::', '127.0.0.1'])(
  'a gate that listens on %s is told over loopback',
  async (host) => {
    await drain(config(host));
    expect(asked).toEqual(['POST /drain']);
  },
);

test('what holds SIGTERM back is over only when endpoints had their time', async () => {
  const began = performance.now();
  await drain(config(undefined, port, 120));
  expect(performance.now() - began).toBeGreaterThan(110);
});

describe('in a pod that ends with its server', () => {
  const job = (upstreamPort: number, drainDelayMs: number) =>
    ({
      ...config(undefined, port, drainDelayMs),
      drainWithServer: true,
      upstream: `http://127.0.0.1:${upstreamPort}/mcp`,
    }) as CommandConfig;

  test('nothing is waited for once the server has ended', async () => {
    const server = http.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    let ended = false;
    const draining = drain(job((server.address() as AddressInfo).port, 60_000)).then(() => (ended = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(ended).toBe(false);
    await new Promise((resolve) => server.close(resolve));
    await draining;
    expect(asked).toEqual(['POST /drain']);
  });

  test('while it listens, no longer than elsewhere', async () => {
    const began = performance.now();
    await drain(job(port, 200));
    expect(performance.now() - began).toBeGreaterThan(190);
  });
});

describe('that nobody took it is said, and not waited for', () => {
  test('by a gate that refuses', async () => {
    status = 403;
    await expect(drain(config(undefined, port, 60_000))).rejects.toThrow(`127.0.0.1:${port}: HTTP 403`);
  });
  test('where nothing listens', async () => {
    await expect(drain(config(undefined, 1, 60_000))).rejects.toThrow(
      /draining could not begin at 127\.0\.0\.1:1: .*REFUSED/,
    );
  });
});
