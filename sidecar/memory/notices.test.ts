import { expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { type Notice, Notices } from './notices.ts';

function open() {
  const clock = new FakeClock();
  const said: string[] = [];
  const notices = new Notices(clock, ({ sentence }: Notice) => said.push(sentence));
  const say = (key: string): void => notices.say(key, { about: 'server', sentence: key });
  return { clock, said, say };
}

it('says each once, and again after ten minutes', () => {
  const { clock, said, say } = open();
  for (const key of ['a', 'b', 'a', 'a']) say(key);
  expect(said).toEqual(['a', 'b']);
  clock.advance(10 * 60_000);
  say('a');
  expect(said).toEqual(['a', 'b', 'a']);
});

it('keeps a hundred apart, and is silent about more for a while', () => {
  const { clock, said, say } = open();
  for (let i = 0; i < 1_000; i++) say(`n${i}`);
  expect(said).toHaveLength(100);
  say('n0');
  expect(said).toHaveLength(100);
  clock.advance(10 * 60_000);
  say('new');
  expect(said.at(-1)).toBe('new');
});
