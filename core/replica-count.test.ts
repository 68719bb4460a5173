import { expect, it } from 'vitest';
import { readReplicas, replicasText } from './replica-count.ts';

it.each([
  ['1', 1],
  ['250\n', 250],
  ['', undefined],
  ['0', undefined],
  ['-1', undefined],
  ['1.5', undefined],
  ['9999999', undefined],
  ['three', undefined],
])('%j is read as %s', (text, count) => {
  expect(readReplicas(text)).toBe(count);
});

it('whoever asks is one of them', () => {
  expect(readReplicas(replicasText(0))).toBe(1);
  expect(readReplicas(replicasText(7))).toBe(7);
});
