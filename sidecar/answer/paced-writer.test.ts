import { expect, it } from 'vitest';
import { TestReply } from '../testing/answering.ts';
import { PacedWriter } from './paced-writer.ts';

function writer() {
  const reply = new TestReply();
  let resumed = 0;
  const paced = new PacedWriter(reply, () => resumed++);
  return { reply, write: (text: string) => paced.write(Buffer.from(text)), resumed: () => resumed };
}

it('a client that reads keeps no server waiting', () => {
  const { reply, write, resumed } = writer();
  expect([write('a'), write('b'), reply.text, resumed()]).toEqual([true, true, 'ab', 0]);
});

it('a client that reads slowly makes the server wait until it has taken all, and go on once', () => {
  const { reply, write, resumed } = writer();
  reply.reads = false;
  expect([write('a'), write('b')]).toEqual([false, false]);
  reply.drain();
  expect([resumed(), write('c'), reply.text]).toEqual([1, true, 'abc']);
  reply.reads = false;
  expect(write('d')).toBe(false);
  reply.drain();
  expect(resumed()).toBe(2);
});

it('for a client that is gone nobody waits, and nothing is written', () => {
  const { reply, write } = writer();
  reply.reads = false;
  reply.leave();
  expect([write('a'), reply.text]).toEqual([true, '']);
});
