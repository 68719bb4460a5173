import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../testing/fake-clock.ts';
import { KeptTokens } from './kept-tokens.ts';
import type { Answer } from './read-answer.ts';

const MINUTE = 60_000;

let clock: FakeClock;
let problems: (string | undefined)[];
let kept: KeptTokens;
/** What is asked, to be answered in this order. */
let asked: ((answer: Answer) => void)[];
const ask = () => new Promise<Answer>((resolve) => asked.push(resolve));
const issued = (token: string, forMs = 5 * MINUTE): Answer => ({ kind: 'issued', token, forMs });
const away: Answer = { kind: 'failed', why: 'it is away' };

beforeEach(() => {
  clock = new FakeClock();
  problems = [];
  asked = [];
  kept = new KeptTokens(clock, (why) => problems.push(why));
});

async function fetched(whose: string, answer: Answer) {
  const outcome = kept.fetch(whose, ask);
  await turn();
  asked.shift()?.(answer);
  return outcome;
}
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

describe('a token', () => {
  it('is asked for once, by however many', async () => {
    const all = [kept.fetch('a', ask), kept.fetch('a', ask), kept.fetch('a', ask)];
    await turn();
    expect(asked).toHaveLength(1);
    asked[0]?.(issued('first'));
    expect((await Promise.all(all)).map((one) => 'token' in one && one.token)).toEqual(['first', 'first', 'first']);
    expect(kept.look('a', ask)).toEqual({ kind: 'token', token: 'first' });
    expect(kept.look('b', ask)).toBeUndefined();
  });

  it.each([
    ['five minutes', 5 * MINUTE, 4 * MINUTE],
    ['an hour', 60 * MINUTE, 59 * MINUTE],
    ['ten seconds', 10_000, 8_000],
  ])('of %s is renewed before it expires, while calls go on with it', async (_, forMs, after) => {
    await fetched('a', issued('first', forMs));
    clock.advance(after - 1);
    expect(kept.look('a', ask)).toEqual({ kind: 'token', token: 'first' });
    await turn();
    expect(asked).toEqual([]);
    clock.advance(1);
    for (const _call of [1, 2, 3]) expect(kept.look('a', ask)).toEqual({ kind: 'token', token: 'first' });
    await turn();
    expect(asked).toHaveLength(1);
    asked[0]?.(issued('second'));
    await turn();
    expect(kept.look('a', ask)).toEqual({ kind: 'token', token: 'second' });
  });

  it('is not used in its last seconds', async () => {
    await fetched('a', issued('first', 5 * MINUTE));
    clock.advance(5 * MINUTE - 5_000);
    expect(kept.look('a', ask)).toBeUndefined();
  });

  it('is good while it cannot be renewed', async () => {
    await fetched('a', issued('first', 5 * MINUTE));
    clock.advance(4 * MINUTE + 1_000);
    kept.look('a', ask);
    await turn();
    asked.shift()?.(away);
    await turn();
    expect(kept.look('a', ask)).toEqual({ kind: 'token', token: 'first' });
    await turn();
    expect([asked, problems]).toEqual([[], ['it is away']]);
    clock.advance(1_000);
    kept.look('a', ask);
    await turn();
    asked.shift()?.(issued('second'));
    await turn();
    expect([kept.look('a', ask), problems]).toEqual([{ kind: 'token', token: 'second' }, ['it is away', undefined]]);
  });

  it('that the server refuses is dropped, unless it is new', async () => {
    await fetched('a', issued('first'));
    kept.refused('first');
    expect(kept.look('a', ask)).toEqual({ kind: 'token', token: 'first' });
    clock.advance(10_000);
    kept.refused('another');
    expect(kept.look('a', ask)).toEqual({ kind: 'token', token: 'first' });
    kept.refused('first');
    expect(kept.look('a', ask)).toBeUndefined();
  });
});

describe('an endpoint that fails', () => {
  it('is left alone, each time for longer, and not asked for anybody else either', async () => {
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      expect(await fetched('a', away)).toEqual({ kind: 'failed', why: 'it is away', pauseMs });
      clock.advance(pauseMs - 1);
      expect(kept.look('b', ask)).toEqual({ kind: 'failed', why: 'it is away', pauseMs: 1 });
      clock.advance(1);
      expect(kept.look('b', ask)).toBeUndefined();
    }
    expect(problems).toEqual(['it is away']);
    await fetched('a', issued('first'));
    expect(await fetched('b', away)).toMatchObject({ pauseMs: 1_000 });
    expect(problems).toEqual(['it is away', undefined, 'it is away']);
  });

  it('is left alone for as long as it says', async () => {
    expect(await fetched('a', { ...away, pauseMs: 9_000 })).toMatchObject({ pauseMs: 9_000 });
    clock.advance(8_999);
    expect(kept.look('a', ask)).toMatchObject({ kind: 'failed' });
  });

  it('is asked sixteen questions at a time, and those who wait for their turn hear what the others heard', async () => {
    const all = Array.from({ length: 40 }, (_, i) => kept.fetch(`caller-${i}`, ask));
    await turn();
    expect(asked).toHaveLength(16);
    for (const answer of asked.splice(0)) answer(away);
    const outcomes = await Promise.all(all);
    expect(asked).toEqual([]);
    expect(outcomes.every(({ kind }) => kind === 'failed')).toBe(true);
    // Sixteen failures at a time are one.
    clock.advance(1_000);
    expect(await fetched('a', away)).toMatchObject({ pauseMs: 2_000 });
  });
});

it('whoever waits for a turn for too long is told so', async () => {
  const all = Array.from({ length: 17 }, (_, i) => kept.fetch(`caller-${i}`, ask));
  await turn();
  clock.advance(5_000);
  for (const answer of asked.splice(0)) answer(issued('late'));
  const outcomes = await Promise.all(all);
  expect(outcomes.at(-1)).toMatchObject({ kind: 'failed', why: 'it answers more slowly than it is asked' });
  expect([outcomes[0], asked]).toEqual([{ kind: 'token', token: 'late' }, []]);
});

describe('a caller who is declined', () => {
  it('is for some seconds, and nobody else is', async () => {
    const no: Answer = { kind: 'declined', why: 'no' };
    expect(await fetched('a', no)).toEqual(no);
    expect([kept.look('a', ask), kept.look('b', ask), problems]).toEqual([no, undefined, []]);
    clock.advance(10_000);
    expect(kept.look('a', ask)).toBeUndefined();
    await fetched('a', issued('first'));
    expect(kept.look('a', ask)).toMatchObject({ kind: 'token' });
  });
});

it('of the tokens of many callers the longest unused is forgotten', async () => {
  for (let i = 0; i < 2_000; i++) await fetched(`caller-${i}`, issued(`token-${i}`));
  kept.look('caller-0', ask);
  await fetched('one more', issued('one more'));
  expect(kept.look('caller-0', ask)).toMatchObject({ kind: 'token' });
  expect(kept.look('caller-1', ask)).toBeUndefined();
});
