import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Handshakes, MAX_HANDSHAKES } from './handshakes.ts';

class Stranger extends EventEmitter {
  readonly remoteAddress = '10.0.0.1';
  readonly remotePort: number;
  destroyed = false;

  constructor(remotePort: number) {
    super();
    this.remotePort = remotePort;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

const socket = (stranger: Stranger): Socket => stranger as unknown as Socket;

it('those that come at once do not cut each other; who has waited for long makes room', async () => {
  let crowded = 0;
  const handshakes = new Handshakes(() => crowded++);
  const strangers = Array.from({ length: MAX_HANDSHAKES }, (_, port) => new Stranger(port));
  for (const stranger of strangers) handshakes.enter(socket(stranger));
  const [first, second] = strangers;
  const late = new Stranger(10_000);
  handshakes.enter(socket(late));
  expect([crowded, late.destroyed, first?.destroyed]).toEqual([1, true, false]);
  // It has shown what it is, by the socket on top of it.
  handshakes.leave(socket(new Stranger(0)));
  handshakes.enter(socket(new Stranger(10_001)));
  expect(crowded).toBe(1);
  await sleep(1_010);
  handshakes.enter(socket(new Stranger(10_002)));
  expect([crowded, first?.destroyed, second?.destroyed]).toEqual([2, false, true]);
});
