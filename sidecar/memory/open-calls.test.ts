import { expect, it } from 'vitest';
import { ByteBudget } from './byte-budget.ts';
import { MAX_OPEN_CALLS, OpenCalls } from './open-calls.ts';
import { Room } from './room.ts';

const MIB = 1024 * 1024;

it('one client alone has half of the calls in flight, the next a quarter', () => {
  const calls = new OpenCalls();
  const served = (owner: string): number => {
    let count = 0;
    while (calls.serve(owner)) count++;
    return count;
  };
  expect([served('ada'), served('bob')]).toEqual([MAX_OPEN_CALLS / 2, MAX_OPEN_CALLS / 4]);
});

it('a call gives everything back once, whatever comes last', () => {
  for (const order of ['answer', 'record', 'both twice'] as const) {
    const [calls, budget] = [new OpenCalls(), new ByteBudget(48 * MIB)];
    calls.enter('ada');
    const room = new Room(calls, budget.lease('ada'), true);
    expect([room.serve(), room.bytes.fits(4 * MIB)]).toEqual([true, true]);
    room.replyOpened();
    if (order !== 'record') room.replyClosed();
    room.recorded();
    if (order !== 'answer') {
      if (order === 'record') expect([calls.size, budget.used]).toEqual([0, 4 * MIB]);
      room.replyClosed();
    }
    if (order === 'both twice') room.recorded();
    expect([calls.size, budget.used]).toEqual([0, 0]);
  }
});

it('a call whose answer comes on another stream is in flight until then, and its bytes are not held', () => {
  const [calls, budget] = [new OpenCalls(), new ByteBudget(48 * MIB)];
  const room = new Room(calls, budget.lease('ada'), true);
  room.serve();
  room.bytes.fits(MIB);
  room.answersLater();
  room.recorded();
  expect([calls.size, budget.used]).toEqual([1, 0]);
  room.answered();
  room.answered();
  expect(calls.size).toBe(0);
});
