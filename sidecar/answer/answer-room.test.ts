import { describe, expect, it } from 'vitest';
import { ByteBudget } from '../memory/byte-budget.ts';
import { OpenCalls } from '../memory/open-calls.ts';
import { Room } from '../memory/room.ts';
import { answerParts, callOf } from '../testing/answering.ts';
import { AnswerRoom, noRoomForAnswer } from './answer-room.ts';

const MIB = 1024 * 1024;
const BODY = MIB;

function answerRoom(total = 64 * MIB) {
  const budget = new ByteBudget(total, () => {}, { bodyMs: 10, answerMs: 10 });
  const bytes = budget.lease('ada');
  bytes.fits(BODY);
  const call = callOf(answerParts(), { room: new Room(new OpenCalls(), bytes, false) });
  const heard: string[] = [];
  const room = new AnswerRoom(
    call,
    () => heard.push('go on'),
    ({ reason }) => heard.push(reason),
  );
  return { room, bytes, budget, heard };
}
const later = async (ms: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, ms);
  return promise;
};

describe('the bytes of an answer', () => {
  it('lie beside the body of the call, as many as are expected from the beginning', () => {
    const { room, bytes } = answerRoom();
    expect(room.holds(MIB, 4 * MIB)).toBe(true);
    expect(bytes.bytes).toBe(BODY + 4 * MIB);
    expect(room.holds(5 * MIB, 4 * MIB)).toBe(true);
    expect(bytes.bytes).toBe(BODY + 5 * MIB);
    expect(room.holds(0)).toBe(true);
    expect(bytes.bytes).toBe(BODY);
  });

  it('make the server wait where others hold too much, until there is room', async () => {
    const { room, budget, heard } = answerRoom();
    const others = ['bob', 'cy', 'dan'].map((owner) => budget.lease(owner));
    for (const other of others) other.holds(11 * MIB);
    expect([room.holds(MIB, 12 * MIB), room.holds(MIB, 12 * MIB), heard]).toEqual([false, false, []]);
    for (const other of others) other.release();
    await later(5);
    expect(heard).toEqual(['go on']);
    expect(room.holds(2 * MIB, 12 * MIB)).toBe(true);
  });

  it('are given up when others, who wait for as long, would get no turn', () => {
    const { bytes, heard } = answerRoom();
    bytes.onCut();
    expect(heard).toEqual(['no-room-for-answer']);
  });

  it('of what has no room of its own are not counted', () => {
    const call = callOf(answerParts());
    const room = new AnswerRoom(
      call,
      () => {},
      () => {},
    );
    expect(room.holds(1_000 * MIB)).toBe(true);
  });
});

it('whoever has no room for an answer hears that the call was executed', () => {
  expect(noRoomForAnswer().message).toMatch(/has executed the call.*before calling again/);
});
