import { describe, expect, it } from 'vitest';
import { readCondition } from '../conditions/read.ts';
import { Meter } from './inspection.ts';
import { PLAIN_NAMES, URIS } from './names.ts';
import { RuleIndex } from './rule-index.ts';
import { compilePack } from './rules/pack.ts';
import { pack } from './testing/gen.ts';

const compiledPack = (one: ReturnType<typeof pack>) => compilePack(one, readCondition);
const rulesOf = (...patterns: string[][]) =>
  compiledPack(pack({ tools: patterns.map((names, i) => ({ name: `r${i}`, names, effect: 'Allow' })) })).rules;
const indexOf = (...patterns: string[][]): RuleIndex => {
  const index = new RuleIndex(PLAIN_NAMES);
  for (const rule of rulesOf(...patterns)) index.add(rule, false);
  return index;
};
const found = (index: RuleIndex, name: string): string[] =>
  index
    .find(name, undefined)
    .flat()
    .map(({ id }) => id.replace('finance/pack#', ''))
    .toSorted();

describe('the index of rules', () => {
  it('finds exact names and patterns alike', () => {
    const index = indexOf(['read'], ['re*'], ['*d', 'other'], ['write']);
    expect(found(index, 'read')).toEqual(['r0', 'r1', 'r2']);
    expect(found(index, 'other')).toEqual(['r2']);
    expect(found(index, 'nothing')).toEqual([]);
  });

  it('gives rules of one pattern as the same group each time, so that groups can be told apart', () => {
    const index = indexOf(['read'], ['read'], ['r*']);
    expect(index.find('read', undefined)[0]).toBe(index.find('read', undefined)[0]);
    expect(index.find('read', undefined)[0]).toHaveLength(2);
  });

  it('keeps a rule once where it has a pattern twice', () => {
    expect(found(indexOf(['read', 'read']), 'read')).toEqual(['r0']);
  });

  it('compares URIs in every spelling of the pattern', () => {
    const index = new RuleIndex(URIS);
    const [rule] = compiledPack(
      pack({ resources: [{ name: 'r', uris: ['file:///My Docs/a'], effect: 'Allow' }] }),
    ).rules;
    if (rule !== undefined) index.add(rule, false);
    expect(found(index, 'file:///My%20Docs/a')).toEqual(['r']);
  });

  it('knows whether what it is asked can be dear, and what rules there are', () => {
    const kinds = ({ isCostly, hasChecks, hasShadow }: RuleIndex) => ({ isCostly, hasChecks, hasShadow });
    expect(kinds(indexOf(['read']))).toEqual({ isCostly: false, hasChecks: false, hasShadow: false });
    expect(kinds(indexOf(['r*']))).toMatchObject({ isCostly: true, hasChecks: false });
    const index = new RuleIndex(PLAIN_NAMES);
    const [rule] = compiledPack(
      pack({ tools: [{ names: ['a'], effect: 'Allow', arguments: { path: { type: 'path', roots: ['/'] } } }] }),
    ).rules;
    if (rule !== undefined) index.add(rule, true);
    expect(kinds(index)).toEqual({ isCostly: true, hasChecks: true, hasShadow: true });
  });

  it('charges patterns with stars to the meter, and exact names not', () => {
    const cost = (index: RuleIndex): number => {
      const meter = new Meter(1000, () => false);
      index.find('read', meter);
      return 1000 - meter.left;
    };
    expect(cost(indexOf(['read']))).toBe(0);
    expect(cost(indexOf(['r*']))).toBeGreaterThan(0);
  });

  it('gives what it found before, at the cost that it had', () => {
    const index = indexOf(['r*'], ['*d'], ['read']);
    const costs = [1, 2, 3].map(() => {
      const meter = new Meter(1000, () => false);
      expect(found(index, 'read')).toEqual(['r0', 'r1', 'r2']);
      expect(index.find('read', meter)).toBe(index.find('read', undefined));
      return 1000 - meter.left;
    });
    expect(costs[0]).toBeGreaterThan(0);
    expect(new Set(costs).size).toBe(1);
  });

  it('keeps nothing of a match that was broken off', () => {
    const index = indexOf(['*a*b*c'], ['*']);
    const name = 'ab'.repeat(100) + 'abc';
    expect(index.find(name, new Meter(3, () => false))).toEqual([]);
    expect(found(index, name)).toEqual(['r0', 'r1']);
  });

  it('has a rule that is added later among those it finds', () => {
    const index = indexOf(['r*']);
    expect(found(index, 'read')).toEqual(['r0']);
    const [, rule] = rulesOf(['x'], ['*']);
    if (rule !== undefined) index.add(rule, false);
    expect(found(index, 'read')).toEqual(['r0', 'r1']);
  });

  it('has beside a rule what it only records, which says nothing where its checks hold', () => {
    const index = new RuleIndex(PLAIN_NAMES);
    const path = { type: 'path' as const, roots: ['/data'], mode: 'Shadow' as const };
    for (const rule of compiledPack(pack({ tools: [{ name: 'r', names: ['a'], effect: 'Log', arguments: { path } }] }))
      .rules)
      index.add(rule, false);
    const rules = index.find('a', undefined).flat();
    expect(rules.map(({ id, shadow, checks, verdict }) => [id, shadow, checks?.length, verdict.effect])).toEqual([
      ['finance/pack#r', false, undefined, 'Log'],
      ['finance/pack#r', true, 1, 'Allow'],
    ]);
    expect([index.hasChecks, index.hasShadow]).toEqual([true, true]);
  });

  it('makes the verdict of each rule once, with its terms', () => {
    const index = new RuleIndex(PLAIN_NAMES);
    const approval = { expires: '1m', hold: '1s' };
    const [rule] = compiledPack(
      pack({ tools: [{ name: 'r', names: ['a'], effect: 'RequireApproval', reason: 'ask', approval }] }),
    ).rules;
    if (rule !== undefined) index.add(rule, false);
    expect(index.find('a', undefined)[0]?.[0]?.verdict).toEqual({
      effect: 'RequireApproval',
      causes: [{ kind: 'rule', detail: 'ask', target: undefined }],
      rules: ['finance/pack#r'],
      obligations: { approval: { expiresMs: 60_000, holdMs: 1000 }, unchecked: false },
      findings: [],
      would: undefined,
    });
  });
});
