import { expect, it } from 'vitest';
import { caseSchema, isAboutAnswer, isAboutLists } from './case-schema.ts';

const isCase = (one: object): boolean => caseSchema.safeParse({ name: 'a', expect: 'Allow', ...one }).success;

it('is about one thing', () => {
  expect([isCase({ tool: 'b' }), isCase({ lists: {} }), isCase({ asks: 'roots' })]).toEqual([true, true, true]);
  expect([isCase({}), isCase({ tool: 'b', prompt: 'c' })]).toEqual([false, false]);
});

it('is about what is answered where there is an answer, and about lists where nothing is called', () => {
  expect([isAboutAnswer({ result: '' }), isAboutAnswer({})]).toEqual([true, false]);
  const base = { name: 'a', expect: 'Allow', lists: {} } as const;
  expect([isAboutLists(base), isAboutLists({ ...base, tool: 'b' })]).toEqual([true, false]);
});

it('may come after other calls, each about one thing, where it is a call itself', () => {
  const call = { tool: 'b' };
  expect(
    isCase({ ...call, earlier: [{ tool: 'a', result: 'x', times: 3 }, { prompt: 'p' }, { resource: 'x:/a' }] }),
  ).toBe(true);
  const wrong = [{}, { tool: 'a', prompt: 'p' }, { tool: 'a', times: 0 }, { tool: 'a', result: 'x', error: 'y' }];
  expect(wrong.map((one) => isCase({ ...call, earlier: [one] }))).toEqual(wrong.map(() => false));
  expect([{ lists: {} }, { asks: 'roots' }].map((one) => isCase({ ...one, earlier: [call] }))).toEqual([false, false]);
});
