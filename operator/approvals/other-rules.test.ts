import { describe, expect, it } from 'vitest';
import { otherRulesIn } from './other-rules.ts';

const rule = { id: 'a/b#x', effect: 'RequireApproval', mode: 'Enforce', approval: { expiresMs: 1 } };

describe('rules that do not say by names which calls they hold', () => {
  it('are found in every list of a pack, with their terms', () => {
    expect(otherRulesIn({ ref: 'a/b', dlp: [rule], later: [{ ...rule, id: 'a/b#y', approval: null }] })).toEqual([
      {
        id: 'a/b#x',
        effect: 'RequireApproval',
        principals: null,
        reason: null,
        target: 'any',
        patterns: [],
        approval: { expiresMs: 1 },
      },
      {
        ...{ id: 'a/b#y', effect: 'RequireApproval', principals: null, reason: null, target: 'any', patterns: [] },
        approval: { expiresMs: 900_000 },
      },
    ]);
  });

  it.each([
    ['a rule by names', { rules: [rule] }],
    ['one that only records', { dlp: [{ ...rule, mode: 'Shadow' }], shadowRules: [rule] }],
    ['one that asks nobody', { dlp: [{ ...rule, effect: 'Deny' }] }],
    ['what has no id', { dlp: [{ ...rule, id: 5 }] }],
    ['what is no list', { halt: rule }],
  ])('are not %s', (_, pack) => {
    expect(otherRulesIn(pack)).toEqual([]);
  });
});
