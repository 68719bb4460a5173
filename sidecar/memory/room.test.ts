import { describe, expect, it } from 'vitest';
import { ByteBudget } from './byte-budget.ts';
import { MAX_OPEN_CALLS, OpenCalls } from './open-calls.ts';
import { Room } from './room.ts';

const MIB = 1024 * 1024;

function roomOf(calls = new OpenCalls(), budget = new ByteBudget(64 * MIB)) {
  const bytes = budget.lease('ada');
  bytes.fits(MIB);
  calls.enter('ada');
  const room = new Room(calls, bytes, true);
  return { room, held: () => ({ present: calls.present, served: calls.size, bytes: budget.used }) };
}
const NOTHING = { present: 0, served: 0, bytes: 0 };

describe('what a call takes up', () => {
  it('is given back when it is recorded and its client has taken the answer, whichever comes last', () => {
    for (const order of [
      ['recorded', 'replyClosed'],
      ['replyClosed', 'recorded'],
    ] as const) {
      const { room, held } = roomOf();
      room.serve();
      room.replyOpened();
      expect(held()).toEqual({ present: 1, served: 1, bytes: MIB });
      room[order[0]]();
      expect(held().bytes).toBe(MIB);
      room[order[1]]();
      expect(held()).toEqual(NOTHING);
    }
  });

  it('is given back with its record where no answer was begun', () => {
    const { room, held } = roomOf();
    room.serve();
    room.recorded();
    expect(held()).toEqual(NOTHING);
  });

  it('keeps its place among the calls until its answer has come on another stream', () => {
    const { room, held } = roomOf();
    room.serve();
    room.answersLater();
    room.recorded();
    expect(held()).toEqual({ present: 1, served: 1, bytes: 0 });
    room.answered();
    expect(held()).toEqual(NOTHING);
  });

  it('keeps it no longer than its record where the answer came before that', () => {
    const { room, held } = roomOf();
    room.serve();
    room.answersLater();
    room.answered();
    expect(held().served).toBe(1);
    room.recorded();
    expect(held()).toEqual(NOTHING);
  });

  it('is no place among the calls once it is a stream', () => {
    const { room, held } = roomOf();
    room.becomesStream();
    room.becomesStream();
    expect(held()).toEqual({ present: 0, served: 0, bytes: MIB });
    room.recorded();
    expect(held()).toEqual(NOTHING);
  });

  it('is no place among those that are served when too many are', () => {
    const calls = new OpenCalls();
    for (let i = 0; i < MAX_OPEN_CALLS / 2; i++) calls.serve('ada');
    const { room, held } = roomOf(calls);
    expect(room.serve()).toBe(false);
    room.recorded();
    expect(held()).toEqual({ present: 0, served: MAX_OPEN_CALLS / 2, bytes: 0 });
  });
});
