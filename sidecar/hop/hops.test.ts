/** Two sides that know each other, and all others, over real connections. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { HopDoor } from './door.ts';
import { Hops } from './hops.ts';
import { HopSecret } from './secret.ts';

const [KEY, NEXT, OTHER] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)];
const log = pino({ level: 'silent' });

function secretOf(...[key, ...others]: Buffer[]): HopSecret {
  const secret = new HopSecret();
  if (key !== undefined) secret.adopt(key, others);
  return secret;
}

async function door(secret: HopSecret, host = '127.0.0.1') {
  let connections = 0;
  const server = http.createServer((request, response) => response.end(`${request.method} ${request.url}`));
  const opened = new HopDoor(secret, log, (socket) => {
    connections++;
    server.emit('connection', socket);
  });
  const port = await opened.listen(host, 0);
  onTestFinished(() => {
    void opened.close();
    opened.destroy();
  });
  return { port, address: host, count: () => connections };
}

function ask(hops: Hops, at: { address: string; port: number }): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    let began = false;
    hops.send(
      at,
      { method: 'GET', path: '/x' },
      {
        onRequestStart: () => void (began = true),
        onResponseStart() {},
        onResponseData: (_, chunk: Buffer) => void (said += chunk.toString()),
        onResponseEnd: () => resolve(said),
        onResponseError: () => resolve(began ? 'broken' : 'unreachable'),
      },
    );
  });
}

function hopsWith(...keys: Buffer[]): Hops {
  const hops = new Hops(secretOf(...keys));
  onTestFinished(() => hops.close());
  return hops;
}

it('who has the key is let in, and keeps the connection', async () => {
  const at = await door(secretOf(KEY));
  const hops = hopsWith(KEY);
  for (let i = 0; i < 3; i++) {
    expect(await ask(hops, at)).toBe('GET /x');
    // It is free for the next in the turn after the end.
    await nextTurn();
  }
  expect(at.count()).toBe(1);
});

it('while one key replaces another, either side may have it already', async () => {
  const at = await door(secretOf(KEY, NEXT));
  expect(await ask(hopsWith(NEXT, KEY), at)).toBe('GET /x');
  expect(await ask(hopsWith(KEY, NEXT), at)).toBe('GET /x');
});

it.each([
  ['another key', [KEY], [OTHER]],
  ['no key', [KEY], []],
  ['a door without one', [], [KEY]],
])('%s: nothing of a request is sent', async (_what, there, here) => {
  const at = await door(secretOf(...there));
  expect(await ask(hopsWith(...here), at)).toBe('unreachable');
  expect(at.count()).toBe(0);
});

it('over IPv6', async () => {
  expect(await ask(hopsWith(KEY), await door(secretOf(KEY), '::1'))).toBe('GET /x');
});

it('what could not be reached is reached when it is there', async () => {
  const blocker = http.createServer();
  await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
  const { port } = blocker.address() as AddressInfo;
  blocker.close();
  const hops = hopsWith(KEY);
  const at = { address: '127.0.0.1', port };
  expect(await ask(hops, at)).toBe('unreachable');
  const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  expect([hops.lost(at, refused, 0, 1), hops.lost(at, refused, 0, 1)]).toEqual([true, true]);
  const late = new HopDoor(secretOf(KEY), log, (socket) => socket.end('HTTP/1.1 204 No Content\r\n\r\n'));
  onTestFinished(() => {
    void late.close();
    late.destroy();
  });
  expect(await late.listen('127.0.0.1', port)).toBe(port);
  expect(await ask(hops, at)).toBe('');
});

it('streams are bounded', () => {
  const hops = hopsWith(KEY);
  for (let i = 0; i < 2_048; i++) expect(hops.enterStream()).toBe(true);
  expect(hops.enterStream()).toBe(false);
  hops.leaveStream();
  expect(hops.enterStream()).toBe(true);
});

it('more gates than are kept are reached all the same', async () => {
  const at = await door(secretOf(KEY));
  const hops = hopsWith(KEY);
  for (let port = 1; port <= 257; port++) void ask(hops, { address: '127.0.0.2', port });
  expect(await ask(hops, at)).toBe('GET /x');
});
