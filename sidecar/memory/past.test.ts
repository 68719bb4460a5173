import { describe, expect, it } from 'vitest';
import { Past } from './past.ts';

describe('what is over', () => {
  it('is found by its id, the newest of several', () => {
    const past = new Past<{ id: number; what: string }>();
    for (const [id, what] of [
      [1, 'old'],
      [2, 'other'],
      [1, 'new'],
    ] as const)
      past.add({ id, what });
    expect(past.newest(1)?.what).toBe('new');
    expect(past.newest(2)?.what).toBe('other');
    expect(past.newest(3)).toBeUndefined();
  });

  it('is the last thousand', () => {
    const past = new Past<{ id: number }>();
    for (let id = 0; id < 2_500; id++) past.add({ id });
    expect(past.newest(1_499)).toBeUndefined();
    expect([past.newest(1_500), past.newest(2_499)]).toEqual([{ id: 1_500 }, { id: 2_499 }]);
  });

  it('is forgotten with all that have its id', () => {
    const past = new Past<{ id: string }>();
    for (const id of ['a', 'b', 'a']) past.add({ id });
    past.forget('a');
    expect([past.newest('a'), past.newest('b')?.id]).toEqual([undefined, 'b']);
    past.add({ id: 'a' });
    expect(past.newest('a')?.id).toBe('a');
  });
});
