import { describe, expect, it } from 'vitest';
import { allowanceOf } from './grant-allowance.ts';

const rule = (id: string, maxMs: number, maxUses: number) => ({ id, grants: { maxMs, maxUses } });

describe('how far a grant may go', () => {
  it('is what the strictest of its rules says, of each', () => {
    expect(allowanceOf([rule('a', 5, 20), rule('b', 9, 10)], [], 'pay')).toEqual({ maxMs: 5, maxUses: 10 });
  });

  it('is no more than any pack lets it be', () => {
    const ceilings = [{ maxMs: 3 }, { maxUses: 7, never: ['delete_*'] }];
    expect(allowanceOf([rule('a', 5, 20)], ceilings, 'pay')).toEqual({ maxMs: 3, maxUses: 7 });
  });

  it.each<[string, Parameters<typeof allowanceOf>, string]>([
    [
      'one of its rules allows none',
      [[rule('a', 5, 20), { id: 'b', grants: undefined }], [], 'pay'],
      'rule b allows no',
    ],
    [
      'a pack never lets the tool be granted',
      [[rule('a', 5, 20)], [{ never: ['p*y'] }], 'pay'],
      'pay are never granted',
    ],
    ['it stands in for no rule', [[], [{ maxMs: 3 }], 'pay'], 'stands in for no rule'],
  ])('is nowhere where %s', (_why, said, refused) => {
    expect(allowanceOf(...said)).toEqual({ refused: expect.stringContaining(refused) as string });
  });
});
