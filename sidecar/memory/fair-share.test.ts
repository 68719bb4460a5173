import { describe, expect, it } from 'vitest';
import { FairShare } from './fair-share.ts';

/** Each takes one at a time, in turn, until nobody gets any more. */
function shared(total: number, ...owners: string[]): number[] {
  const share = new FairShare(total);
  for (let took = true; took;) took = owners.map((owner) => share.take(owner, 1)).some(Boolean);
  expect(share.used).toBe(owners.reduce((sum, owner) => sum + share.ofOwner(owner), 0));
  return owners.map((owner) => share.ofOwner(owner));
}

describe('what is shared', () => {
  it.each([
    ['whoever is alone gets half', ['ada'], [30]],
    ['two get a third each', ['ada', 'bob'], [20, 20]],
    ['three get a quarter each', ['ada', 'bob', 'cy'], [15, 15, 15]],
  ])('leaves room for one more: %s', (_name, owners, amounts) => {
    expect(shared(60, ...owners)).toEqual(amounts);
  });

  it('counts nothing of what does not fit', () => {
    const share = new FairShare(10);
    expect([share.take('ada', 6), share.used, share.take('ada', 5)]).toEqual([false, 0, true]);
  });

  it('counts what is there already, also beyond the share', () => {
    const share = new FairShare(10);
    share.add('ada', 8);
    expect([share.used, share.isWithin('ada'), share.isWithin('bob'), share.take('bob', 1)]).toEqual([
      8,
      false,
      true,
      true,
    ]);
  });

  it('is there again for others once it is given back', () => {
    const share = new FairShare(10);
    share.take('ada', 5);
    expect(share.take('bob', 5)).toBe(false);
    share.give('ada', 5);
    expect([share.ofOwner('ada'), share.used, share.take('bob', 5)]).toEqual([0, 0, true]);
  });
});
