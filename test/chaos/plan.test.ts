import { expect, test } from 'vitest';
import { planOf, type Step } from './plan.ts';

const FAULTS = ['a', 'b', 'c', 'd'];

function first(count: number, seed: number): Step[] {
  const plan = planOf(seed, FAULTS);
  return Array.from({ length: count }, () => plan.next().value);
}

test('the same seed gives the same steps, another seed others', () => {
  expect(first(30, 7)).toEqual(first(30, 7));
  expect(first(30, 7)).not.toEqual(first(30, 8));
});

test('every fault comes before one comes again; some come in pairs, none beside itself', () => {
  const steps = first(200, 7);
  const names = steps.flatMap(({ faults }) => faults);
  expect(new Set(names.slice(0, FAULTS.length))).toEqual(new Set(FAULTS));
  expect(steps.some(({ faults }) => faults.length === 2)).toBe(true);
  expect(steps.every(({ faults }) => new Set(faults).size === faults.length)).toBe(true);
});
