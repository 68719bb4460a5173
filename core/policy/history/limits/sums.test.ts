import { describe, expect, it } from 'vitest';
import type { SumSeen } from '../../../history/kinds/window.ts';
import { DONE } from '../../../history/ops.ts';
import { fullestOf, worstOf } from './sums.ts';

const sum = (of: Partial<SumSeen>): SumSeen => ({ kind: 'sum', holds: true, sum: 0, waitMs: 0, resetMs: 0, ...of });

describe('the worst of several sums', () => {
  it('is the one that holds again last', () => {
    const all = [sum({ holds: false, waitMs: 5 }), sum({ holds: false, waitMs: 9 }), sum({ waitMs: 99 })];
    expect(worstOf(all)?.waitMs).toBe(9);
  });

  it('is the one that never holds again, where there is one', () => {
    const never = sum({ holds: false, waitMs: undefined });
    expect(worstOf([sum({ holds: false, waitMs: 5 }), never, sum({ holds: false, waitMs: 9 })])).toBe(never);
  });

  it('is none where all of them hold', () => {
    expect(worstOf([sum({}), DONE])).toBe(undefined);
  });
});

describe('the fullest', () => {
  it('is the one with most in it, and nothing that is no sum', () => {
    expect(fullestOf([DONE, sum({ sum: 3 }), sum({ sum: 7 }), sum({ sum: 5 })])?.sum).toBe(7);
    expect(fullestOf([DONE])).toBe(undefined);
  });
});
