import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../api/policy-pack.ts';
import { decideByRules } from './by-rules.ts';
import { Inspection } from './inspection.ts';
import { ada, pack, policyOf } from './testing/gen.ts';
import { NO_RULE, OVER_BUDGET } from './verdict.ts';

type Rules = NonNullable<PolicyPackInput['spec']['tools']>;
const checked = { path: { type: 'path' as const, roots: ['/data'] } };
const STILL = { monotonic: () => 0 };
const asked = (args?: Record<string, unknown>) => ({ principal: ada, name: 'read', args, facts: undefined });

function say(tools: Rules, args?: Record<string, unknown>, inspection?: Inspection, shadow: Rules = []) {
  const index = policyOf(pack({ tools }), pack({ mode: 'Shadow', tools: shadow }, 'trial')).index('tool');
  return decideByRules(index, index.find('read', undefined), asked(args), inspection);
}

describe('rules that match a name', () => {
  it('say what the strictest of them says', () => {
    const verdict = say([
      { names: ['read'], effect: 'Log' },
      { names: ['*'], effect: 'Deny', reason: 'closed' },
      { names: ['r*'], effect: 'Allow' },
    ]);
    expect(verdict).toMatchObject({
      effect: 'Deny',
      causes: [{ kind: 'rule', detail: 'closed' }],
      rules: ['finance/pack#tools[1]'],
    });
  });

  it('say nothing where there are none, or none for this principal', () => {
    expect(say([])).toBe(NO_RULE);
    expect(say([{ names: ['*'], effect: 'Allow', principals: { names: ['bob'] } }])).toBe(NO_RULE);
  });

  it('are answered for by the verdict that was made when they were compiled, where one rule decides', () => {
    const policy = policyOf(pack({ tools: [{ names: ['read'], effect: 'Allow' }] }));
    const index = policy.index('tool');
    const groups = index.find('read', undefined);
    expect(decideByRules(index, groups, asked({}), undefined)).toBe(groups[0]?.[0]?.verdict);
  });

  it('forbid outside of their bounds, whatever they do inside of them', () => {
    const tools: Rules = [{ names: ['*'], effect: 'Allow', arguments: checked }];
    expect(say(tools, { path: '/data/x' })).toMatchObject({ effect: 'Allow', obligations: { unchecked: false } });
    expect(say(tools, { path: '/etc' })).toMatchObject({ effect: 'Deny', causes: [{ kind: 'argument' }] });
  });

  it('say that they are unchecked where there are no arguments', () => {
    expect(say([{ names: ['*'], effect: 'Allow', arguments: checked }])).toMatchObject({
      effect: 'Allow',
      obligations: { unchecked: true },
    });
  });

  it('are not asked beyond the budget', () => {
    const tools: Rules = [{ names: ['*'], effect: 'Allow', arguments: checked }];
    expect(say(tools, { path: '/data' }, new Inspection(STILL, 0))).toBe(OVER_BUDGET);
    expect(say(tools, { path: '/data/a/b/c' }, new Inspection(STILL, 3))).toBe(OVER_BUDGET);
  });

  it('in shadow stand beside the verdict, if they are stricter', () => {
    const allow: Rules = [{ names: ['*'], effect: 'Allow' }];
    const deny: Rules = [{ name: 'd', names: ['*'], effect: 'Deny' }];
    expect(say(allow, {}, undefined, deny)).toMatchObject({
      effect: 'Allow',
      would: { effect: 'Deny', rules: ['finance/trial#d'] },
    });
    expect(say(deny, {}, undefined, allow).would).toBeUndefined();
    expect(say([], {}, undefined, deny)).toBe(NO_RULE);
  });
});
