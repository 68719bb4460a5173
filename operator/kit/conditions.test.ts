import { describe, expect, it } from 'vitest';
import { sameStatus, setCondition, type Condition } from './conditions.ts';

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second, 500));
const ready = (change: Partial<Condition> = {}): Condition => ({
  type: 'Ready',
  status: 'True',
  reason: 'AllGood',
  message: 'all pods enforce the policy',
  observedGeneration: 1,
  lastTransitionTime: '2026-01-01T00:00:00Z',
  ...change,
});

describe('setCondition', () => {
  it('adds a condition that is new', () => {
    const { lastTransitionTime, ...next } = ready();
    expect(setCondition([], next, at(0))).toEqual([{ ...next, lastTransitionTime }]);
  });

  it('leaves the time of the transition alone while the status stays', () => {
    const next = ready({ reason: 'Other', message: 'else', observedGeneration: 2 });
    expect(setCondition([ready()], next, at(9))).toEqual([next]);
  });

  it('moves the time of the transition with the status', () => {
    const next = ready({ status: 'False' });
    expect(setCondition([ready()], next, at(9))[0]?.lastTransitionTime).toBe('2026-01-01T00:00:09Z');
  });

  it('keeps the other conditions and their order, and changes no argument', () => {
    const before = Object.freeze([ready({ type: 'Injected' }), ready(), ready({ type: 'Loaded' })]);
    const after = setCondition(before, ready({ status: 'Unknown' }), at(1));
    expect(after.map(({ type }) => type)).toEqual(['Injected', 'Ready', 'Loaded']);
    expect(before[1]?.status).toBe('True');
  });

  it('cuts a message that the API server would refuse', () => {
    const [condition] = setCondition([], ready({ message: 'x'.repeat(40_000) }), at(0));
    expect(condition?.message).toHaveLength(32_768);
  });
});

describe('sameStatus', () => {
  it.each([
    { name: 'order of keys', a: { a: 1, b: 2 }, b: { b: 2, a: 1 }, same: true },
    { name: 'undefined for left out', a: { a: 1, b: undefined }, b: { a: 1 }, same: true },
    { name: 'nothing yet', a: undefined, b: undefined, same: true },
    { name: 'nothing yet and something', a: undefined, b: {}, same: false },
    { name: 'order of a list', a: [1, 2], b: [2, 1], same: false },
    { name: 'a deeper value', a: { a: { b: 1 } }, b: { a: { b: 2 } }, same: false },
  ])('$name: $same', ({ a, b, same }) => {
    expect(sameStatus(a, b)).toBe(same);
  });
});
