/** What conditions of rules do to decisions: at calls, in lists, in shadow, and where nobody can say whether they hold. */
import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../api/policy-pack.ts';
import type { JsonObject } from '../mcp/message.ts';
import { NO_FACTS } from '../conditions/frame.ts';
import { decide } from './decide.ts';
import { decideClientRequest } from './decide-client-request.ts';
import { explainRefusal } from './explain.ts';
import { Inspection } from './inspection.ts';
import { mayUse } from './may-use.ts';
import { ada, method, pack, policyOf, prompt, resource, tool } from './testing/gen.ts';

type Rules = NonNullable<PolicyPackInput['spec']['tools']>;
const allow: Rules[number] = { names: ['*'], effect: 'Allow' };
const large: Rules[number] = { names: ['pay'], effect: 'Deny', when: 'arguments.amount > 1000', name: 'large' };
const moment = { now: Date.parse('2026-11-30T20:00:00Z'), session: { id: '', protocol: '2025-11-25' } };
const STILL = { monotonic: () => 0 };

function call(tools: Rules, args: JsonObject, name = 'pay') {
  const policy = policyOf(pack({ tools }));
  const inspection = new Inspection(STILL);
  return decide(policy, { principal: ada, targets: [tool(name, args)], inspection, moment });
}

function read(tools: Rules, args: JsonObject): string {
  return explainRefusal(call(tools, args), tool('pay', args), ada);
}

describe('a rule with a condition', () => {
  it('applies to the calls for which it is true, and to no others', () => {
    expect(call([allow, large], { amount: 1001 })).toMatchObject({ effect: 'Deny', rules: ['finance/pack#large'] });
    expect(call([allow, large], { amount: 1000 })).toMatchObject({ effect: 'Allow', findings: [] });
    const small: Rules = [{ names: ['pay'], effect: 'Allow', when: 'arguments.amount <= 1000' }];
    expect(call(small, { amount: 1000 }).effect).toBe('Allow');
    expect(call(small, { amount: 1001 })).toMatchObject({ effect: 'Deny', causes: [{ kind: 'no-rule' }] });
  });

  it('knows who vouches for the caller, and what its token was given for', () => {
    const said = (when: string, more: object) => {
      const policy = policyOf(pack({ tools: [{ names: ['pay'], effect: 'Allow', when }] }));
      const principal = { ...ada, ...more };
      return decide(policy, { principal, targets: [tool('pay')], inspection: undefined, moment }).effect;
    };
    const jwt = { kind: 'jwt' as const, issuer: 'https://a.example', scopes: ['pay'] };
    const both = 'principal.issuer == "https://a.example" && "pay" in principal.scopes';
    expect([said(both, jwt), said(both, { ...jwt, scopes: [] }), said(both, {})]).toEqual(['Allow', 'Deny', 'Deny']);
    // Of whom nothing of the kind is known it is empty, and nobody has to ask first.
    expect(said('principal.issuer == "" && size(principal.scopes) == 0', {})).toBe('Allow');
  });

  it('holds calls, or marks them, in the same way', () => {
    const held: Rules = [allow, { ...large, effect: 'RequireApproval', approval: { expires: '1m' } }];
    expect(call(held, { amount: 5000 })).toMatchObject({
      effect: 'RequireApproval',
      obligations: { approval: { expiresMs: 60_000 } },
    });
    expect(call(held, { amount: 5 }).effect).toBe('Allow');
    expect(call([allow, { ...large, effect: 'Log' }], { amount: 5000 }).effect).toBe('Log');
  });

  it('checks arguments only where it applies', () => {
    const checked: Rules = [
      allow,
      { ...large, effect: 'Log', arguments: { memo: { type: 'string', maxLength: 3 } }, when: 'arguments.amount > 10' },
    ];
    expect(call(checked, { amount: 11, memo: 'long' })).toMatchObject({
      effect: 'Deny',
      causes: [{ kind: 'argument' }],
    });
    expect(call(checked, { amount: 1, memo: 'long' }).effect).toBe('Allow');
  });

  it('that cannot be told of a call that another rule allows is on record, with no more of its kind than a line takes', () => {
    const failing = Array.from({ length: 30 }, (_, i): Rules[number] => ({
      names: ['pay'],
      effect: 'Allow',
      when: `arguments.amount > ${i}`,
    }));
    const { effect, findings } = call([allow, ...failing], {});
    expect(effect).toBe('Allow');
    expect(findings).toHaveLength(8);
    expect(findings[0]).toMatchObject({ detector: 'when', rule: 'finance/pack#tools[10]' });
  });

  it('tells a model that another call may pass', () => {
    expect(read([allow, { ...large, reason: 'large sums are paid by hand' }], { amount: 5000 })).toBe(
      'Refused by policy: rule finance/pack#large forbids tool "pay" for "ada" as it is called here (large sums are paid by hand). The same call is refused again.',
    );
  });

  it('gives way to one that forbids whatever is sent', () => {
    expect(read([large, { names: ['pay'], effect: 'Deny', name: 'closed' }], { amount: 5000 })).toContain(
      'Do not retry.',
    );
  });
});

describe('a condition that nobody can say anything of', () => {
  it('forbids where the rule forbids, and says what is wrong', () => {
    const verdict = call([allow, large], { amount: 'much' });
    expect(verdict).toMatchObject({
      effect: 'Deny',
      rules: ['finance/pack#large'],
      causes: [{ kind: 'condition-failed' }],
    });
    expect(verdict.findings).toMatchObject([
      { detector: 'when', reason: 'wrong-type', rule: 'finance/pack#large', pointer: '/amount' },
    ]);
    expect(read([allow, large], {})).toBe(
      'Refused by policy: tool "pay", since it cannot be told whether rule finance/pack#large forbids it: argument "amount": It is missing. Call again with it.',
    );
  });

  it('holds where the rule holds', () => {
    const held: Rules = [allow, { ...large, effect: 'RequireApproval' }];
    expect(call(held, {})).toMatchObject({ effect: 'RequireApproval', findings: [{ reason: 'missing' }] });
    expect(call(held, {}).obligations.approval).toBeDefined();
  });

  it.each(['Allow', 'Log'] as const)('allows nothing where the rule would %s', (effect) => {
    const rules: Rules = [{ ...large, effect }];
    expect(call(rules, {})).toMatchObject({ effect: 'Deny', rules: [], causes: [{ kind: 'no-rule' }] });
    expect(read(rules, {})).toBe(
      'Refused by policy: no rule allows tool "pay" for "ada", and of rule finance/pack#large it cannot be told: argument "amount": It is missing. Call again with it.',
    );
  });

  it('is on record where another rule allows the call', () => {
    expect(call([allow, { ...large, effect: 'Log' }], {})).toMatchObject({
      effect: 'Allow',
      findings: [{ detector: 'when', reason: 'missing', rule: 'finance/pack#large' }],
    });
  });

  it('keeps what the rule asks of arguments', () => {
    const checked: Rules = [allow, { ...large, effect: 'Log', arguments: { memo: { type: 'string', maxLength: 3 } } }];
    expect(call(checked, { memo: 'long' })).toMatchObject({ effect: 'Deny', causes: [{ kind: 'argument' }] });
  });

  it('costs the caller and nobody else: what takes too long is refused', () => {
    const slow = { ...large, when: 'arguments.l.exists(a, arguments.l.exists(b, a + b == -1))' };
    const l = Array.from({ length: 500 }, (_, i) => i);
    expect(call([allow, slow], { l })).toMatchObject({ effect: 'Deny', findings: [{ reason: 'too-costly' }] });
    const many = Array.from({ length: 100 }, (_, i) => ({ ...slow, name: `r${i}`, effect: 'Log' as const }));
    const start = performance.now();
    expect(call([allow, ...many], { l })).toMatchObject({ effect: 'Deny', causes: [{ kind: 'inspection-budget' }] });
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('in shadow', () => {
  it.each([
    ['of a rule', pack({ tools: [allow, { ...large, mode: 'Shadow' }] })],
    ['of a pack', pack({ mode: 'Shadow', tools: [large] }, 'trial')],
  ])('%s it is recorded what it would have done, also where nobody can say', (_, one) => {
    const policy = policyOf(pack({ tools: [allow] }, 'base'), one);
    const say = (args: JsonObject) =>
      decide(policy, { principal: ada, targets: [tool('pay', args)], inspection: undefined });
    expect(say({ amount: 5000 })).toMatchObject({ effect: 'Allow', would: { effect: 'Deny', findings: [] } });
    expect(say({})).toMatchObject({ effect: 'Allow', would: { effect: 'Deny', findings: [{ reason: 'missing' }] } });
    expect(say({ amount: 5 }).would).toBeUndefined();
  });

  it('what it takes refuses nothing', () => {
    const slow = {
      ...large,
      when: 'arguments.l.exists(a, arguments.l.exists(b, a + b == -1))',
      mode: 'Shadow' as const,
    };
    const many = Array.from({ length: 100 }, (_, i) => ({ ...slow, name: `r${i}` }));
    expect(call([allow, ...many], { l: Array.from({ length: 500 }, (_, i) => i) }).effect).toBe('Allow');
  });

  it('a check that only records is asked where the rule applies', () => {
    const memo = { type: 'string' as const, maxLength: 3, mode: 'Shadow' as const };
    const rules: Rules = [{ ...large, effect: 'Log', arguments: { memo } }, allow];
    expect(call(rules, { amount: 5000, memo: 'long' }).would).toMatchObject({ effect: 'Deny' });
    expect(call(rules, { amount: 5, memo: 'long' }).would).toBeUndefined();
  });
});

describe('in a list', () => {
  const shown = (tools: Rules, name = 'pay', at = moment) =>
    mayUse(policyOf(pack({ tools })), ada, { kind: 'tool', name }, new Inspection(STILL), at);

  it('a tool stays whose only rule asks for arguments, which lists do not know', () => {
    expect(shown([{ ...large, effect: 'Allow' }])).toBe('depends');
    expect(shown([{ ...large, effect: 'RequireApproval' }])).toBe('depends');
    expect(shown([allow, large])).toBe('yes');
  });

  it('what is about principal, tool, server, session and time alone is decided there', () => {
    const when = (text: string, effect: 'Allow' | 'Deny' = 'Allow'): Rules => [{ names: ['*'], effect, when: text }];
    expect(shown(when('"treasury" in principal.groups'))).toBe('yes');
    expect(shown(when('"ops" in principal.groups'))).toBe('no');
    expect(shown([allow, ...when('now.getHours("UTC") >= 18', 'Deny')])).toBe('no');
    expect(shown(when('session.protocol == "2025-11-25" && server.name == "ledger"'))).toBe('yes');
  });

  it('rules that read the name say of each what they say of it', () => {
    const rules: Rules = [{ names: ['*'], effect: 'Allow', when: 'tool.name.startsWith("get_")' }];
    const policy = policyOf(pack({ tools: rules }));
    const inspection = new Inspection(STILL);
    const of = (name: string) => mayUse(policy, ada, { kind: 'tool', name }, inspection, moment);
    expect(['get_a', 'put_a', 'get_b'].map(of)).toEqual(['yes', 'no', 'yes']);
  });
});

describe('rules on other things', () => {
  const say = (spec: PolicyPackInput['spec'], target: ReturnType<typeof tool>) =>
    decide(policyOf(pack(spec)), { principal: ada, targets: [target], inspection: undefined, moment }).effect;

  it('on resources read the URI in every way that a server may', () => {
    const spec: PolicyPackInput['spec'] = {
      resources: [{ uris: ['file:///**'], effect: 'Allow', when: 'resource.uri.startsWith("file:///data/")' }],
    };
    expect(say(spec, resource('file:///data/a'))).toBe('Allow');
    expect(say(spec, resource('file:///etc/a'))).toBe('Deny');
    expect(say(spec, resource('file:///%65tc/a'))).toBe('Deny');
  });

  it('on prompts and methods have their names', () => {
    const prompts = [{ names: ['*'], effect: 'Allow' as const, when: 'prompt.name == "a" && principal.name == "ada"' }];
    expect([say({ prompts }, prompt('a')), say({ prompts }, prompt('b'))]).toEqual(['Allow', 'Deny']);
    const methods = [{ names: ['*'], effect: 'Allow' as const, when: 'method.name == "vendor/a"' }];
    expect([say({ methods }, method('vendor/a')), say({ methods }, method('vendor/b'))]).toEqual(['Allow', 'Deny']);
  });
});

describe('what only restricts', () => {
  const base = { tools: [allow] };
  const to = (spec: PolicyPackInput['spec'], args: JsonObject, who = ada) => {
    const policy = policyOf(pack({ ...base, ...spec }));
    return {
      policy,
      verdict: decide(policy, { principal: who, targets: [tool('read', args)], inspection: undefined, moment }),
    };
  };
  const bob = { ...ada, name: 'bob', groups: [] };

  it.each([
    ['"ops" in principal.groups', '/data/..%2f..%2fetc/passwd', 'Allow'],
    ['"treasury" in principal.groups', '/data/..%2f..%2fetc/passwd', 'Deny'],
    ['arguments.kind == "file"', '/data/..%2f..%2fetc/passwd', 'Deny'],
  ])('detectors look where %s, and where nobody can say', (when, path, effect) => {
    expect(to({ detectors: { use: 'Default', when } }, { path }).verdict.effect).toBe(effect);
  });

  it('entries of dlp apply to whom they are about, and to everybody where nobody can say', () => {
    const dlp: PolicyPackInput['spec']['dlp'] = [
      { detect: ['creditCard'], in: ['arguments'], effect: 'Deny', when: 'principal.name == "bob"' },
    ];
    const plan = to({ dlp }, {}).policy.content('arguments').of('read');
    const bytes = Buffer.from('{"a":"4111111111111111"}');
    const judged = (who: typeof ada | undefined) =>
      plan?.judge(bytes, { start: 0, end: bytes.length }, undefined, undefined, { ...NO_FACTS, principal: who })
        ?.verdict.effect;
    expect([judged(bob), judged(ada), judged(undefined)]).toEqual(['Deny', undefined, 'Deny']);
  });

  it('requests of servers are decided on for the client that would hear them', () => {
    const { policy } = to({ clientRequests: { sampling: { effect: 'Deny', when: 'principal.name == "bob"' } } }, {});
    const asked = (who: typeof ada) =>
      decideClientRequest(policy, { kind: 'sampling', url: undefined }, { ...NO_FACTS, principal: who }).effect;
    expect([asked(bob), asked(ada)]).toEqual(['Deny', 'Allow']);
  });
});

it('of what nobody knows, as the time in a test of policies, it counts against the caller', () => {
  const policy = policyOf(pack({ tools: [allow, { names: ['*'], effect: 'Deny', when: 'now.getHours() > 25' }] }));
  expect(decide(policy, { principal: ada, targets: [tool('a')], inspection: undefined })).toMatchObject({
    effect: 'Deny',
  });
});

it('a tool without a condition does not have its arguments read', () => {
  const policy = policyOf(pack({ tools: [allow, large] }));
  const args = new Proxy({}, { get: () => expect.fail('read'), ownKeys: () => expect.fail('read') });
  const verdict = decide(policy, { principal: ada, targets: [tool('other', args)], inspection: undefined, moment });
  expect(verdict.effect).toBe('Allow');
});
