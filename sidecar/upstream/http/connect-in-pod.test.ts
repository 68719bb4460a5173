/** What the gate of a pod reaches; the URL is that of its environment. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { SYSTEM_CLOCK } from '../../clock.ts';
import type { UpstreamRequest } from '../request.ts';
import { HttpUpstream } from './server.ts';

const REQUEST: UpstreamRequest = {
  ...{ httpMethod: 'GET', headers: {}, body: undefined, message: undefined, revision: undefined, sessionId: undefined },
  ...{ endpoint: '/x', mayResume: false, principal: undefined, withToken: false, takesMore: false },
};

let close: () => unknown;
afterEach(() => close());

async function listen(host: string): Promise<number> {
  const server = http.createServer((request, response) => response.end(request.headers.host));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  close = () => server.close();
  return (server.address() as AddressInfo).port;
}

async function ask(port: number, inPod: boolean): Promise<string> {
  const upstream = new HttpUpstream(`http://127.0.0.1:${port}/mcp`, SYSTEM_CLOCK, inPod);
  let body = '';
  const answered = new Promise<string>((resolve, reject) => {
    upstream.send(REQUEST, {
      onHead() {},
      onData: (chunk) => ((body += chunk.toString()), true),
      onEnd: () => resolve(body),
      onError: reject,
    });
  });
  try {
    return await answered;
  } finally {
    await upstream.close();
  }
}

describe('in its pod the gate reaches a server', () => {
  it.each(['127.0.0.1', '::1', '::', '0.0.0.0'])('that listens on %s, under one name', async (host) => {
    const port = await listen(host);
    expect(await ask(port, true)).toBe(`127.0.0.1:${port}`);
  });

  it('and says where there is none', async () => {
    const port = await listen('127.0.0.1');
    await close();
    await expect(ask(port, true)).rejects.toMatchObject({ reason: 'upstream-unreachable' });
  });
});

it('elsewhere the address is the one that was given', async () => {
  await expect(ask(await listen('::1'), false)).rejects.toMatchObject({ reason: 'upstream-unreachable' });
});
