import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
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
