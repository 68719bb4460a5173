import { expect, it } from 'vitest';
import { Allowance } from '../inspect/content/work.ts';
import { foundIn, isMasked, masked, NOT_LOOKED_AT } from './found-in.ts';

it('finds secrets and what is known of people, each kind once', () => {
  expect(foundIn('ada@sallyport.dev, bob@sallyport.dev, 4111 1111 1111 1111', undefined)).toEqual([
    'creditCard',
    'email',
  ]);
  expect(foundIn('nothing to see', 'text')).toEqual([]);
});

it('knows nothing of what there was no work left for', () => {
  expect(foundIn('x'.repeat(10_000), undefined, new Allowance(10))).toEqual([NOT_LOOKED_AT]);
});

it('puts the kinds in place of a text', () => {
  const text = masked('write to ada@sallyport.dev');
  expect([text, isMasked(text)]).toEqual(['[masked: email]', true]);
  expect(masked('write to nobody')).toBe('write to nobody');
});
