import { expect, it } from 'vitest';
import { BodyRoom } from './body-room.ts';

const MIB = 2 ** 20;

it('one source has half of the room, and several the whole, at most', () => {
  const room = new BodyRoom();
  const taken = (source: string): number => {
    let count = 0;
    while (room.open(source).take(MIB)) count++;
    return count;
  };
  expect(['a', 'b', 'c'].map(taken)).toEqual([32, 32, 0]);
});

it('what a request held is there again when it is over', () => {
  const room = new BodyRoom();
  for (let i = 0; i < 100; i++) {
    const share = room.open('a');
    expect([share.take(20 * MIB), share.take(20 * MIB)]).toEqual([true, false]);
    share.close();
    share.close();
  }
});
