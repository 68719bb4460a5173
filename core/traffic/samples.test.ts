import { expect, it } from 'vitest';
import { PERSONAL_DATA } from '../inspect/personal-data/personal-data.ts';
import { foundIn } from './found-in.ts';
import { sampleOf } from './samples.ts';

it.each(PERSONAL_DATA)('%s is found where it stands for one', (kind) => {
  expect(foundIn(sampleOf(kind), undefined)).toEqual([kind]);
});

it('a key stands for every secret, and nothing for an attack', () => {
  expect(foundIn(sampleOf('github-pat'), undefined)).toEqual(['aws-access-token']);
  expect([sampleOf('identifier/separator'), sampleOf('not-looked-at')]).toEqual(['', '']);
});
