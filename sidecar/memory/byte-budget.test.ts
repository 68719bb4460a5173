import { describe, expect, it } from 'vitest';
import { ByteBudget } from './byte-budget.ts';
import { FairShare } from './fair-share.ts';

const MIB = 1024 * 1024;

describe('a fair share', () => {
  it('gives whoever is alone half, and leaves as much as anybody has for the next one', () => {
    const share = new FairShare(100);
    expect([share.take('ada', 50), share.take('ada', 1), share.take('bob', 25), share.take('bob', 1)]).toEqual([
      ...[true, false, true, false],
    ]);
    share.give('ada', 50);
    expect(share.take('bob', 12)).toBe(true);
  });
});

describe('the budget of bytes', () => {
  it('lets small things in while one client holds as much as it may', () => {
    const budget = new ByteBudget(48 * MIB);
    const large = Array.from({ length: 40 }, () => budget.lease('ada'));
    expect(large.filter((lease) => lease.fits(4 * MIB))).toHaveLength(3);
    expect(budget.lease('ada').fits(1_000)).toBe(true);
    expect(budget.lease('bob').fits(4 * MIB)).toBe(true);
  });

  it('lets what waits go on when something is given back, and tells it when nothing is', async () => {
    const budget = new ByteBudget(48 * MIB);
    const held = [1, 2, 3].map(() => budget.lease('ada'));
    for (const lease of held) lease.fits(4 * MIB);
    const waits = new Promise<boolean>((resolve) => budget.lease('ada').wait(4 * MIB, 10_000, resolve));
    const inVain = new Promise<boolean>((resolve) => budget.lease('ada').wait(12 * MIB, 20, resolve));
    held[0]?.release();
    expect([await waits, await inVain]).toEqual([true, false]);
  });

  it('finishes one answer after the other however many have begun, that of whoever has least first', async () => {
    const budget = new ByteBudget(48 * MIB);
    const begun = Array.from({ length: 500 }, () => budget.lease('dan'));
    let finished = 0;
    await Promise.all(
      begun.map(async (lease) => {
        lease.holds(60_000);
        const hasRoom = await new Promise<boolean>((resolve) => lease.waitWithReserve(16 * MIB, 10_000, resolve));
        expect(budget.used).toBeLessThan(60 * MIB);
        if (hasRoom) finished++;
        lease.release();
      }),
    );
    expect(finished).toBe(500);
    expect(budget.used).toBe(0);
  });
});
