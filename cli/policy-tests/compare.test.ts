import { describe, expect, it } from 'vitest';
import type { PlacedFinding } from '../../core/policy/findings.ts';
import { NOTHING_TO_DECIDE, type Verdict } from '../../core/policy/verdict.ts';
import type { PolicyCase } from './case-schema.ts';
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
const rehearsed = (verdict: Verdict, more = {}) => ({
  ...{ verdict, refusal: 'it leads outside', texts: [], sent: undefined },
  ...more,
});
const fieldsOf = (expected: Partial<PolicyCase>, verdict = denied): string[] =>
  compare({ name: 'a', tool: 'b', expect: 'Deny', ...expected }, rehearsed(verdict)).map(({ field }) => field);

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
    expect(compare(expected, rehearsed(denied))).toEqual([
      { field: 'findings', expected: 'none', actual: 'path outside-roots at /path, path scheme at /url' },
    ]);
  });

  it('may be of rules in shadow', () => {
    const verdict: Verdict = { ...NOTHING_TO_DECIDE, would: { effect: 'Deny', rules: [], findings: [] } };
    expect(fieldsOf({ expect: 'Allow', would: 'Deny' }, verdict)).toEqual([]);
  });

  it('may be of what these would have found', () => {
    const would = { effect: 'Deny', rules: ['default/p#r'], findings: [found('scheme', '/url')] } as const;
    const verdict: Verdict = { ...NOTHING_TO_DECIDE, would };
    const wanted: PolicyCase['would'] = { expect: 'Deny', rules: ['r'], findings: [{ at: '/url' }] };
    expect(fieldsOf({ expect: 'Allow', would: wanted }, verdict)).toEqual([]);
    expect(fieldsOf({ expect: 'Allow', would: { expect: 'Log', rules: [], findings: [] } }, verdict)).toEqual([
      'would',
      'would.rules',
      'would.findings',
    ]);
  });
});

describe('what arrives', () => {
  const base = { name: 'a', tool: 'b', expect: 'Allow' } as const;
  const fields = (expected: Partial<PolicyCase>, more: object): string[] =>
    compare({ ...base, ...expected }, rehearsed(NOTHING_TO_DECIDE, more)).map(({ field }) => field);

  it('is some text with a part in it, and none without', () => {
    const texts = ['the key is hidden', 'and more'];
    expect(fields({ shows: ['key', 'more'], hides: 'value' }, { texts })).toEqual([]);
    expect(fields({ shows: 'value', hides: ['key'] }, { texts })).toEqual(['shows', 'hides']);
  });

  it('is not hidden by being cut in two', () => {
    expect(fields({ hides: 'secret' }, { texts: ['sec', 'ret'] })).toEqual(['hides']);
    expect(fields({ shows: 'secret' }, { texts: ['sec', 'ret'] })).toEqual(['shows']);
  });

  it('is a text where a call is answered, whatever was listed before', () => {
    expect(fields({ lists: {}, result: 'x', shows: 'rea' }, { texts: ['read'] })).toEqual([]);
  });

  it('is, of a list, the whole name', () => {
    expect(fields({ tool: undefined, lists: {}, shows: 'read', hides: 'read_file' }, { texts: ['read'] })).toEqual([]);
    expect(fields({ tool: undefined, lists: {}, shows: 'rea', hides: 'read' }, { texts: ['read'] })).toEqual([
      'shows',
      'hides',
    ]);
  });

  it('is, at the server, all of the arguments', () => {
    expect(fields({ sends: { a: [1] } }, { sent: { a: [1] } })).toEqual([]);
    expect(fields({ sends: {} }, { sent: { a: 1 } })).toEqual(['sends']);
    expect(fields({ sends: {} }, {})).toEqual(['sends']);
  });
});
