import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../api/policy-pack.ts';
import { decide } from './decide.ts';
import { mayUse } from './may-use.ts';
import type { Principal } from './principal.ts';
import { scopesToAsk } from './step-up.ts';
import { pack, policyOf, resource, tool } from './testing/gen.ts';

type Rules = NonNullable<PolicyPackInput['spec']['tools']>;
const jwt = (...scopes: string[]): Principal => ({ kind: 'jwt', name: 'ada', groups: ['agents'], issuer: 'i', scopes });
const asks = (tools: Rules, name = 'pay', principal = jwt('mcp')) =>
  scopesToAsk(policyOf(pack({ tools })), { principal, targets: [tool(name)], inspection: undefined });
const pay = (principals: object, effect: 'Allow' | 'RequireApproval' | 'Deny' = 'Allow') => ({
  ...{ names: ['pay'], effect, principals },
});

describe('the scopes to ask for', () => {
  it.each<[string, Rules, readonly string[] | undefined]>([
    ['are all that the rule names, those that are there as well', [pay({ scopes: ['pay', 'mcp'] })], ['mcp', 'pay']],
    ['are also those of a call that a person is asked about', [pay({ scopes: ['pay'] }, 'RequireApproval')], ['pay']],
    ['are those of the rule that takes the fewest more', [pay({ scopes: ['a', 'b'] }), pay({ scopes: ['c'] })], ['c']],
    ['are none, where no rule names any', [pay({ names: ['bob'] })], undefined],
    ['are none, where the rule is about somebody else', [pay({ names: ['bob'], scopes: ['pay'] })], undefined],
    ['are none, where its issuer is another one', [pay({ issuers: ['j'], scopes: ['pay'] })], undefined],
    ['are none of a rule in shadow', [{ ...pay({ scopes: ['pay'] }), mode: 'Shadow' }], undefined],
    [
      'are none, where another rule forbids the call',
      [pay({ scopes: ['pay'] }), pay({ names: ['ada'] }, 'Deny')],
      undefined,
    ],
    ['are none that would forbid it', [pay({ scopes: ['pay'] }), pay({ scopes: ['pay'] }, 'Deny')], undefined],
    [
      'are those of the other rule then',
      [pay({ scopes: ['pay'] }), pay({ scopes: ['pay'] }, 'Deny'), pay({ scopes: ['a', 'b'] })],
      ['a', 'b'],
    ],
    [
      'are none, where the arguments break a check of the rule',
      [{ ...pay({ scopes: ['pay'] }), arguments: { n: { type: 'number', required: true } } }],
      undefined,
    ],
  ])('%s', (_what, rules, expected) => {
    expect(asks(rules)).toEqual(expected);
  });

  it('add up over what a call names', () => {
    const policy = policyOf(
      pack({
        tools: [pay({ scopes: ['pay'] })],
        resources: [{ uris: ['file:///**'], effect: 'Allow', principals: { scopes: ['files'] } }],
      }),
    );
    const targets = [tool('pay'), resource('file:///a')];
    expect(scopesToAsk(policy, { principal: jwt(), targets, inspection: undefined })).toEqual(['files', 'pay']);
    const others = [tool('pay'), resource('https://a')];
    expect(scopesToAsk(policy, { principal: jwt(), targets: others, inspection: undefined })).toBeUndefined();
  });

  it('let the call pass, whatever the rules, and are none where it passes already', () => {
    const scopes = fc.subarray(['a', 'b', 'c'], { minLength: 1 });
    const rule = fc.record({
      names: fc.subarray(['pay'], { minLength: 1 }),
      effect: fc.constantFrom('Allow' as const, 'RequireApproval' as const, 'Deny' as const),
      principals: fc.option(fc.record({ scopes }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 5 }), scopes, (drafts, granted) => {
        const rules = drafts.map(({ principals, ...rest }) =>
          principals === undefined ? rest : { ...rest, principals },
        );
        const policy = policyOf(pack({ tools: rules }));
        const context = { principal: jwt(...granted), targets: [tool('pay')], inspection: undefined };
        const asked = scopesToAsk(policy, context);
        if (asked === undefined) return;
        expect(decide(policy, context).effect).toBe('Deny');
        const principal = jwt(...granted, ...asked);
        expect(decide(policy, { ...context, principal }).effect).not.toBe('Deny');
      }),
      { numRuns: 500 },
    );
  });
});

describe('a list', () => {
  const policy = policyOf(pack({ tools: [pay({ scopes: ['pay'] })] }));
  const use = (principal: Principal, name = 'pay') => mayUse(policy, principal, { kind: 'tool', name });

  it('shows what its reader can ask scopes for', () => {
    expect([use(jwt('mcp')), use(jwt('pay')), use(jwt('mcp'), 'other')]).toEqual(['depends', 'yes', 'no']);
  });

  it('shows it to nobody who can have none', () => {
    expect(use({ kind: 'token', name: 'ada', groups: [] })).toBe('no');
  });
});
