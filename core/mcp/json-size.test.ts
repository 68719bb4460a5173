import { expect, it } from 'vitest';
import { MAX_JSON_DEPTH, MAX_JSON_VALUES, TOO_DEEP, TOO_MANY, countMembers, isModest } from './json-size.ts';

const count = (text: string) => countMembers(Buffer.from(text));

it('members are counted wherever they stand, and never in a string', () => {
  expect(count('{"a":{"b":[{"c":":{,"}]},"d":"\\":"}')).toBe(4);
});

it('says so when a text is nested too deep, or holds too much', () => {
  expect(count('['.repeat(MAX_JSON_DEPTH))).toBe(0);
  expect(count('['.repeat(MAX_JSON_DEPTH + 1))).toBe(TOO_DEEP);
  expect(count(`[${','.repeat(MAX_JSON_VALUES - 1)}`)).toBe(0);
  expect(count(`[${','.repeat(MAX_JSON_VALUES)}`)).toBe(TOO_MANY);
  expect(count('[]'.repeat(MAX_JSON_VALUES + 1))).toBe(TOO_MANY);
});

it('a text that is neither is modest', () => {
  expect([isModest(Buffer.from('[1]')), isModest(Buffer.from('['.repeat(65)))]).toEqual([true, false]);
});
