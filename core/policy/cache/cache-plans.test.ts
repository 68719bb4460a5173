import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../../api/policy-pack.ts';
import { compile } from '../compile.ts';
import { pack, server } from '../testing/gen.ts';
import { CachePlans } from './cache-plans.ts';

type Entry = NonNullable<PolicyPackInput['spec']['cache']>[number];

const ENTRY: Entry = { tools: ['get_*'], ttl: '5m' };

function plansOf(...packs: [entry: Partial<Entry>, mode?: 'Enforce' | 'Shadow'][]): CachePlans | undefined {
  const said = packs.map(([entry, mode = 'Enforce'], i) => pack({ mode, cache: [{ ...ENTRY, ...entry }] }, `p${i}`));
  return CachePlans.of(compile(server(), said).bundle.packs);
}

describe('how results are kept', () => {
  it('is not at all where no pack says so', () => {
    expect(CachePlans.of(compile(server(), [pack({})]).bundle.packs)).toBeUndefined();
    expect(plansOf([{}])?.of('set_a')).toBeUndefined();
  });

  it('is as the pack says', () => {
    expect(plansOf([{ by: 'server', maxBytes: '64Ki', trustNames: true }])?.of('get_a')).toMatchObject({
      ...{ ttlMs: 300_000, perPrincipal: false, maxResultBytes: 16 * 1024, trustsNames: true, isShadow: false },
      entries: [{ id: 'finance/p0#cache[0]' }],
    });
  });

  it('is the strictest of all that speak of the tool, in whatever order', () => {
    const both: [Partial<Entry>][] = [
      [{ tools: ['*'], by: 'server', ttl: '1m', trustNames: true }],
      [{ ttl: '2m', name: 'own', maxBytes: '64Ki' }],
    ];
    for (const packs of [both, both.toReversed()]) {
      expect(plansOf(...packs)?.of('get_a')).toMatchObject({
        ...{ ttlMs: 60_000, perPrincipal: true, trustsNames: false, maxResultBytes: 16 * 1024 },
      });
    }
    expect(plansOf(...both)?.of('get_a')?.entries).toHaveLength(2);
  });

  it('has one entry once, however many of its patterns fit', () => {
    expect(plansOf([{ tools: ['get_*', '*_a', 'get_a'] }])?.of('get_a')?.entries).toHaveLength(1);
  });

  it('is never of a tool that clears anything, in whichever pack', () => {
    const plans = plansOf([{ tools: ['*'] }], [{ clearedBy: ['set_*'] }]);
    expect(plans?.of('set_a')).toBeUndefined();
    expect(plans?.of('get_a')).toBeDefined();
    expect([plans?.clearedBy('set_a'), plans?.clearedBy('get_a')]).toEqual([['finance/p1#cache[0]'], []]);
  });

  it('of a pack in shadow is only counted, and says nothing beside one that is enforced', () => {
    expect(plansOf([{}, 'Shadow'])?.of('get_a')).toMatchObject({ isShadow: true });
    expect(plansOf([{}], [{ ttl: '1s' }, 'Shadow'])?.of('get_a')).toMatchObject({ isShadow: false, ttlMs: 300_000 });
  });

  it('stays right for more names than are remembered', () => {
    const plans = plansOf([{}]);
    for (let i = 0; i < 2_000; i++) plans?.of(`set_${i}`);
    expect(plans?.of('get_late')).toBeDefined();
  });
});
