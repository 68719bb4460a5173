import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../kit/testing/fake-clock.ts';
import { pod } from '../testing/gen.ts';
import { KNOCK_EVERY_MS, Knocker } from './knock.ts';
import { readPod } from './pod-facts.ts';

let clock: FakeClock;
let knocker: Knocker;
let server: Server;
let port: number;
let knocks = 0;

beforeEach(async () => {
  clock = new FakeClock();
  knocker = new Knocker(clock);
  knocks = 0;
  server = createServer((socket) => {
    knocks += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const at = (ip: string, record: object = { port }, uid = 'a') => readPod(pod({ uid, ip, record }));

test('before anybody knocked nothing is known', () => {
  expect(knocker.stateOf(at('127.0.0.1'))).toBeUndefined();
});

test('a port that answers is open, and one that does not is closed', async () => {
  const [open, closed] = [at('127.0.0.1'), at('127.0.0.1', { port: 1 }, 'b')];
  await knocker.refresh([open, closed]);
  expect([knocker.stateOf(open), knocker.stateOf(closed)]).toEqual(['open', 'closed']);
});

test('of two MCP ports one that answers is enough', async () => {
  const open = at('127.0.0.1', { port: 1, further: [{ port }] });
  await knocker.refresh([open]);
  expect(knocker.stateOf(open)).toBe('open');
});

test('an answer holds for some minutes, and then has to be asked for again', async () => {
  const open = at('127.0.0.1');
  await knocker.refresh([open]);
  await clock.advance(KNOCK_EVERY_MS - 1);
  await knocker.refresh([open]);
  expect(knocks).toBe(1);
  await clock.advance(1);
  expect(knocker.stateOf(open)).toBeUndefined();
  await knocker.refresh([open]);
  expect(knocks).toBe(2);
});

test('an answer is that of an address: a pod that moved is asked again', async () => {
  await knocker.refresh([at('127.0.0.1')]);
  expect(knocker.stateOf(at('127.0.0.2'))).toBeUndefined();
  expect(knocker.stateOf(at('127.0.0.1', { port: port + 1 }))).toBeUndefined();
});

test('a pod without an address, or whose port nobody wrote down, is left alone', async () => {
  const young = pod({ uid: 'c' });
  const facts = readPod({ ...young, status: { phase: 'Pending' } });
  await knocker.refresh([facts, readPod(pod({ uid: 'd', gateOf: null }))]);
  expect(knocker.stateOf(facts)).toBeUndefined();
});
