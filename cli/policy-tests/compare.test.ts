import { describe, expect, it } from 'vitest';
import type { PlacedFinding } from '../../core/policy/findings.ts';
import { NOTHING_TO_DECIDE, type Verdict } from '../../core/policy/verdict.ts';
import type { PolicyCase } from './case-file.ts';
import { compare } from './compare.ts';

const found = (reason: string, pointer: string): PlacedFinding => ({
  detector: 'path',
  reason,
  pointer,
  rule: 'default/p#r',
  message: '',
  span: undefined,
  evidence: '',
});
const denied: Verdict = {
  ...NOTHING_TO_DECIDE,
  effect: 'Deny',
  rules: ['default/p#r'],
  findings: [found('outside-roots', '/path'), found('scheme', '/url')],
};
const fieldsOf = (expected: Partial<PolicyCase>, verdict = denied): string[] =>
  compare({ name: 'a', tool: 'b', expect: 'Deny', ...expected }, verdict, 'it leads outside').map(({ field }) => field);

describe('what is expected', () => {
  it.each<[string, Partial<PolicyCase>]>([
    ['the decision alone', {}],
    ['a rule in full', { rules: ['default/p#r'] }],
    ['a rule with its pack', { rules: ['p#r'] }],
    ['a rule by its name', { rules: ['r'] }],
    ['findings in any order', { findings: [{ at: '/url' }, { at: '/path' }] }],
    [
      'findings of which the vaguer one stands first',
      { findings: [{}, { reason: 'outside-roots', detector: 'path' }] },
    ],
    ['a part of the message', { message: 'leads outside' }],
    ['that no shadow says more', { would: 'Nothing' }],
  ])('is met by %s', (_what, expected) => {
    expect(fieldsOf(expected)).toEqual([]);
  });

  it.each<[string, Partial<PolicyCase>, string]>([
    ['another decision', { expect: 'Allow' }, 'expect'],
    ['another rule', { rules: ['other'] }, 'rules'],
    ['one rule too many', { rules: ['r', 'other'] }, 'rules'],
    ['no rule', { rules: [] }, 'rules'],
    ['the end of a name', { rules: ['#r'] }, 'rules'],
    ['one finding too few', { findings: [{ at: '/url' }] }, 'findings'],
    ['another finding', { findings: [{ at: '/url' }, { detector: 'sql' }] }, 'findings'],
    ['the same finding twice', { findings: [{ at: '/url' }, { at: '/url' }] }, 'findings'],
    ['another message', { message: 'so sorry' }, 'message'],
    ['a shadow', { would: 'Deny' }, 'would'],
  ])('is not met by %s', (_what, expected, field) => {
    expect(fieldsOf(expected)).toEqual([field]);
  });

  it('is told beside what was decided', () => {
    const expected: PolicyCase = { name: 'a', tool: 'b', expect: 'Deny', findings: [] };
    expect(compare(expected, denied, undefined)).toEqual([
      { field: 'findings', expected: 'none', actual: 'path outside-roots at /path, path scheme at /url' },
    ]);
  });

  it('may be of rules in shadow', () => {
    const verdict: Verdict = { ...NOTHING_TO_DECIDE, would: { effect: 'Deny', rules: [], findings: [] } };
    expect(fieldsOf({ expect: 'Allow', would: 'Deny' }, verdict)).toEqual([]);
  });
});
