import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { MAX_HANDSHAKES } from '../memory/handshakes.ts';
import { HopDoor } from './door.ts';
import { HopSecret } from './secret.ts';

const log = pino({ level: 'silent' });

it('a port that is taken is no reason to be without one', async () => {
  const first = new HopDoor(new HopSecret(), log, () => {});
  onTestFinished(() => first.close());
  const port = await first.listen('127.0.0.1', 0);
  const second = new HopDoor(new HopSecret(), log, (socket) => socket.destroy());
  onTestFinished(() => second.close());
  expect(await second.listen('127.0.0.1', port)).not.toBe(port);
  const third = new HopDoor(new HopSecret(), log, () => {});
  await expect(third.listen('192.0.2.1', 0)).rejects.toThrow(/EADDRNOTAVAIL/);
});

it('strangers who never end their handshake are bounded, and make room for gates', async () => {
  const said: unknown[] = [];
  const secret = new HopSecret();
  secret.adopt(Buffer.alloc(32, 1), []);
  let gates = 0;
  const told = { debug: () => {}, error: (text: unknown) => void said.push(text) };
  const door = new HopDoor(secret, told, (socket) => {
    gates++;
    socket.on('error', () => {});
  });
  const port = await door.listen('127.0.0.1', 0);
  const before = tls.connect({ port, host: '127.0.0.1', ...secret.calling });
  await once(before, 'secureConnect');
  const strangers = Array.from({ length: MAX_HANDSHAKES + 20 }, () => connect(port, '127.0.0.1'));
  let cut = 0;
  for (const stranger of strangers) stranger.on('error', () => {}).on('close', () => cut++);
  await eventually('what is too much is cut', () => cut === 20);
  await sleep(1_050);
  const after = tls.connect({ port, host: '127.0.0.1', ...secret.calling });
  onTestFinished(() => {
    for (const one of [before, after, ...strangers]) one.destroy();
    door.destroy();
    return door.close();
  });
  await once(after, 'secureConnect');
  await eventually('both gates are in', () => gates === 2);
  // Who has shown the key makes no room.
  expect(before.destroyed).toBe(false);
  expect(said).toHaveLength(1);
});
