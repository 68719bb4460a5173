import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../api/policy-pack.ts';
import { decideTarget } from './decide.ts';
import { Inspection } from './inspection.ts';
import { mayUse } from './may-use.ts';
import { ada, method, pack, policyOf, prompt, resource, tool } from './testing/gen.ts';

type Rules = NonNullable<PolicyPackInput['spec']['tools']>;
const inData = { path: { type: 'path' as const, roots: ['/data'] } };

describe('mayUse', () => {
  it.each([
    ['yes', 'what a rule allows', [{ names: ['*'], effect: 'Allow' }]],
    ['yes', 'what is only marked', [{ names: ['*'], effect: 'Log' }]],
    ['no', 'what no rule allows', []],
    [
      'no',
      'what a rule forbids',
      [
        { names: ['*'], effect: 'Allow' },
        { names: ['read'], effect: 'Deny' },
      ],
    ],
    ['depends', 'what a person is asked about', [{ names: ['*'], effect: 'RequireApproval' }]],
    ['depends', 'what is checked', [{ names: ['*'], effect: 'Allow', arguments: inData }]],
    [
      'depends',
      'what one rule allows and another checks, though it is milder',
      [
        { names: ['*'], effect: 'Log' },
        { names: ['read'], effect: 'Allow', arguments: inData },
      ],
    ],
    [
      'no',
      'what is checked and forbidden',
      [
        { names: ['*'], effect: 'Allow', arguments: inData },
        { names: ['*'], effect: 'Deny' },
      ],
    ],
    [
      'yes',
      'what is checked for others',
      [
        { names: ['*'], effect: 'Allow' },
        { names: ['*'], effect: 'Allow', arguments: inData, principals: { names: ['bob'] } },
      ],
    ],
  ] satisfies [string, string, Rules][])('says %s of %s', (use, _what, tools) => {
    expect(mayUse(policyOf(pack({ tools })), ada, tool('read'))).toBe(use);
  });

  it('asks the rules for the kind of thing', () => {
    const policy = policyOf(
      pack({
        resources: [
          { uris: ['file:///data/**'], effect: 'Allow' },
          { uris: ['file:///data/secret'], effect: 'Deny' },
        ],
        prompts: [{ names: ['p'], effect: 'RequireApproval' }],
      }),
    );
    const asked = [
      resource('file:///data/a'),
      resource('file:///data/s%65cret'),
      prompt('p'),
      tool('p'),
      method('vendor/x'),
    ];
    expect(asked.map((target) => mayUse(policy, ada, target))).toEqual(['yes', 'no', 'depends', 'no', 'no']);
  });

  it('lets packs in shadow hide nothing', () => {
    const policy = policyOf(
      pack({ tools: [{ names: ['*'], effect: 'Allow' }] }),
      pack({ mode: 'Shadow', tools: [{ names: ['*'], effect: 'Deny', principals: { names: ['ada'] } }] }, 'trial'),
    );
    expect(mayUse(policy, ada, tool('read'))).toBe('yes');
  });

  it('says no of what could not be found out within the budget', () => {
    const policy = policyOf(pack({ tools: [{ names: ['*'], effect: 'Allow' }] }));
    expect(mayUse(policy, ada, tool('read'), new Inspection({ monotonic: () => 0 }, 0))).toBe('no');
  });

  const rule = fc.record({
    names: fc.constant<string[]>(['*']),
    effect: fc.constantFrom('Allow' as const, 'Log' as const, 'RequireApproval' as const, 'Deny' as const),
    isChecked: fc.boolean(),
  });
  const given = fc.constantFrom({}, { path: '/data/x' }, { path: '/etc' }, { PATH: ['/etc'] }, { other: 1 });

  it('agrees with what is decided on calls: no is never allowed, yes always, whatever the arguments', () => {
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), given, (drafts, args) => {
        const tools = drafts.map(({ isChecked, ...said }) => ({
          ...said,
          ...(isChecked && said.effect !== 'Deny' ? { arguments: inData } : {}),
        }));
        const policy = policyOf(pack({ tools }));
        const { effect } = decideTarget(policy, ada, tool('read', args));
        const use = mayUse(policy, ada, tool('read'));
        if (use === 'no') expect(effect).toBe('Deny');
        if (use === 'yes') expect(['Allow', 'Log']).toContain(effect);
      }),
      { numRuns: 300 },
    );
  });
});
