import { describe, expect, it } from 'vitest';
import { type Limited, limitFields, tellLimits } from './limited.ts';

const NOW = Date.UTC(2026, 10, 30, 12, 2, 30, 1);
const burst: Limited = {
  ...{ policy: 'finance/payments#burst', limit: 60, unit: 'requests', windowMs: 60_000 },
  ...{ remaining: 0, retryMs: 39_001, resetMs: 61_000 },
};
const slots: Limited = {
  ...{ policy: 'finance/payments#slots', limit: 5, unit: 'concurrent-requests', windowMs: undefined },
  ...{ remaining: 1, retryMs: 2000, resetMs: 0 },
};

describe('fields', () => {
  it('are Structured Fields, with what is counted where that is no requests', () => {
    expect(limitFields([burst, slots])).toEqual({
      ratelimit: '"finance/payments#burst";r=0;t=61, "finance/payments#slots";r=1;t=0',
      'ratelimit-policy': '"finance/payments#burst";q=60;w=60, "finance/payments#slots";q=5;qu="concurrent-requests"',
    });
  });

  it('have no names that end the string they stand in, and whole numbers', () => {
    expect(limitFields([{ ...burst, policy: 'a"b\\ü', remaining: 1.9, limit: 2.5 }])).toEqual({
      ratelimit: '"a\\"b\\\\_";r=1;t=61',
      'ratelimit-policy': '"a\\"b\\\\_";q=2;w=60',
    });
  });

  it('tell the four of many of which least is left', () => {
    const many = [9, 1, 5, 3, 7, 2].map((remaining) =>
      Object.assign({}, burst, { policy: `p${remaining}`, limit: 10, remaining }),
    );
    expect(limitFields(many).ratelimit).toBe('"p1";r=1;t=61, "p2";r=2;t=61, "p3";r=3;t=61, "p5";r=5;t=61');
  });
});

describe('of a call that is refused', () => {
  it('the longest wait counts, in seconds that are over by then', () => {
    const { fields, notice } = tellLimits([slots, burst], NOW);
    expect(fields['retry-after']).toBe('40');
    expect(notice).toEqual({
      retryAfter: 40,
      retryAt: '2026-11-30T12:03:10Z',
      limits: [
        {
          ...{ policy: 'finance/payments#slots', limit: 5, unit: 'concurrent-requests', remaining: 1, reset: 0 },
        },
        { policy: 'finance/payments#burst', limit: 60, unit: 'requests', window: 60, remaining: 0, reset: 61 },
      ],
    });
  });

  it('no time is named where no wait helps', () => {
    const { fields, notice } = tellLimits([burst, { ...slots, retryMs: undefined }], NOW);
    expect(fields).not.toHaveProperty('retry-after');
    expect(notice).not.toHaveProperty('retryAt');
  });
});
