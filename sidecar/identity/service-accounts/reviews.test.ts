import { beforeEach, expect, it } from 'vitest';
import { FakeClock } from '../../testing/fake-clock.ts';
import type { Review } from './cluster.ts';
import { Reviews } from './reviews.ts';

const GOOD: Review = { kind: 'good', username: 'a' };
let clock: FakeClock;
let asked: string[];
let answer: () => Promise<Review>;
let reviews: Reviews;

beforeEach(() => {
  clock = new FakeClock();
  asked = [];
  answer = async () => GOOD;
  const review = (token: string): Promise<Review> => {
    asked.push(token);
    return answer();
  };
  reviews = new Reviews({ review }, clock);
});

it('asks once for all who come with a token meanwhile', async () => {
  await Promise.all([reviews.ask('d', 't'), reviews.ask('d', 't'), reviews.ask('e', 'u')]);
  expect(asked).toEqual(['t', 'u']);
});

it('counts from when it asked, however long the answer took', async () => {
  const { promise, resolve } = Promise.withResolvers<Review>();
  answer = () => promise;
  const asking = reviews.ask('d', 't');
  clock.advance(4_999);
  resolve(GOOD);
  await asking;
  expect(reviews.isFresh('d')).toBe(true);
  clock.advance(1);
  expect(reviews.isFresh('d')).toBe(false);
});

it('lets nothing go on of which it has heard nothing, or nothing good', async () => {
  expect([reviews.isFresh('d'), reviews.mayGoOn('d')]).toEqual([false, false]);
  answer = async () => ({ kind: 'refused', why: 'the pod is gone' });
  await reviews.ask('d', 't');
  expect([reviews.isFresh('d'), reviews.mayGoOn('d')]).toEqual([false, false]);
});

it('asks for 64 tokens at a time, and says so to the others', async () => {
  const { promise, resolve } = Promise.withResolvers<Review>();
  answer = () => promise;
  const waiting = Array.from({ length: 64 }, (_, at) => reviews.ask(`${at}`, 't'));
  await expect(reviews.ask('one more', 't')).rejects.toThrow('too many tokens');
  resolve(GOOD);
  await Promise.all(waiting);
  expect(await reviews.ask('one more', 't')).toEqual(GOOD);
});

it('forgets the longest unused beyond 10,000', async () => {
  for (let at = 0; at <= 10_000; at++) await reviews.ask(`${at}`, 't');
  expect([reviews.isFresh('0'), reviews.isFresh('1')]).toEqual([false, true]);
});
