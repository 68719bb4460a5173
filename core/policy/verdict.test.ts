import { expect, it } from 'vitest';
import { failedVerdict, isNoRule, NO_RULE, noRuleBut, NOTHING_TO_DECIDE, ruleVerdict } from './verdict.ts';

const finding = {
  ...{ detector: 'when', reason: 'missing', message: 'It is missing.', span: undefined, evidence: '' },
  ...{ rule: 'n/p#r', pointer: '/a' },
};

it('that nothing allows a call is told from what a rule says, also where conditions failed or rules in shadow would say more', () => {
  expect(isNoRule(NO_RULE)).toBe(true);
  expect(isNoRule(noRuleBut([finding]))).toBe(true);
  expect(isNoRule({ ...NO_RULE, would: { effect: 'Deny', rules: ['n/p#s'], findings: [] } })).toBe(true);
  expect(isNoRule(ruleVerdict('n/p#r', 'Deny', null))).toBe(false);
  expect(isNoRule(NOTHING_TO_DECIDE)).toBe(false);
});

it('of a condition that failed has the effect of its rule, and says why', () => {
  const said = ruleVerdict('n/p#r', 'RequireApproval', 'why');
  const detail = 'argument "a": It is missing.';
  expect(failedVerdict(said, finding)).toMatchObject({
    effect: 'RequireApproval',
    rules: ['n/p#r'],
    findings: [finding],
    causes: [{ kind: 'condition-failed', detail }],
  });
  expect(noRuleBut([finding])).toMatchObject({
    effect: 'Deny',
    rules: [],
    causes: [{ kind: 'no-rule', detail: `of rule n/p#r it cannot be told: ${detail}` }],
  });
});
