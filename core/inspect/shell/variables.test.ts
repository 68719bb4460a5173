import { expect, it } from 'vitest';
import { known, NOTHING, SOMETHING, UNKNOWN } from './values.ts';
import { Variables } from './variables.ts';

const FETCHED = { text: UNKNOWN, from: { ...SOMETHING, fetched: true }, isFile: false };

it('keeps constants', () => {
  const variables = new Variables();
  variables.set('a', known('x'));
  expect([variables.text('a'), variables.origin('a')]).toEqual(['x', NOTHING]);
});

it('keeps where a value comes from that was fetched', () => {
  const variables = new Variables();
  variables.set('a', FETCHED);
  expect(variables.text('a')).toBeUndefined();
  expect(variables.origin('a').fetched).toBe(true);
});

it('forgets what is no longer known', () => {
  const variables = new Variables();
  for (const value of [undefined, known(UNKNOWN), known('x'.repeat(2000))]) {
    variables.set('a', FETCHED);
    variables.set('a', value);
    expect([variables.text('a'), variables.origin('a')]).toEqual([undefined, NOTHING]);
  }
});
