import { describe, expect, it } from 'vitest';
import type { PolicyPackInput } from '../api/policy-pack.ts';
import { CLIENT_REQUEST_KINDS, type ClientRequest, type ClientRequestKind } from '../mcp/client-request.ts';
import { decideClientRequest } from './decide-client-request.ts';
import { explainClientRequest } from './explain.ts';
import { NOTHING_TO_DECIDE } from './verdict.ts';
import { pack, policyOf } from './testing/gen.ts';

type Said = NonNullable<PolicyPackInput['spec']['clientRequests']>;

const saying = (clientRequests: Said, name = 'pack', mode: 'Enforce' | 'Shadow' = 'Enforce') =>
  pack({ mode, clientRequests }, name);
const ask = (kind: ClientRequestKind, url?: string): ClientRequest => ({ kind, url });
const visit = (host: string) => ask('urlElicitation', `https://${host}/sign-in`);
const allowing = (...hosts: string[]): Said => ({ urlElicitation: { effect: 'Allow', hosts } });

describe('decideClientRequest', () => {
  it.each(CLIENT_REQUEST_KINDS)('passes on %s where no pack speaks', (kind) => {
    const url = kind === 'urlElicitation' ? 'https://example.com/' : undefined;
    expect(decideClientRequest(policyOf(), ask(kind, url))).toBe(NOTHING_TO_DECIDE);
  });

  it.each(CLIENT_REQUEST_KINDS)('does with %s what its own entry says, and with no other', (kind) => {
    const policy = policyOf(saying({ [kind]: { effect: 'Deny', reason: 'not here' } }));
    const decisions = CLIENT_REQUEST_KINDS.map((other) => decideClientRequest(policy, ask(other, 'https://a.com')));
    expect(decisions.map(({ effect }) => effect)).toEqual(
      CLIENT_REQUEST_KINDS.map((other) => (other === kind ? 'Deny' : 'Allow')),
    );
    expect(decisions[CLIENT_REQUEST_KINDS.indexOf(kind)]).toMatchObject({
      causes: [{ kind: 'rule', detail: 'not here' }],
      rules: [`finance/pack#clientRequests.${kind}`],
    });
  });

  it('takes the strictest effect, with the rules that carry it and the reason of one of them', () => {
    const policy = policyOf(
      saying({ sampling: { effect: 'Allow' } }, 'a'),
      saying({ sampling: { effect: 'Deny', reason: 'second' } }, 'b'),
      saying({ sampling: { effect: 'Log' } }, 'c'),
      saying({ sampling: { effect: 'Deny', reason: 'first' } }, 'd'),
    );
    expect(decideClientRequest(policy, ask('sampling'))).toMatchObject({
      effect: 'Deny',
      rules: ['finance/b#clientRequests.sampling', 'finance/d#clientRequests.sampling'],
      causes: [{ kind: 'rule', detail: 'first' }],
    });
  });

  it.each([
    ['Allow', 'pay.example.com', 'Allow', 'rule'],
    ['Log', 'pay.example.com', 'Log', 'rule'],
    ['Allow', 'evil.com', 'Deny', 'argument'],
    ['Log', 'evil.com', 'Deny', 'argument'],
  ] as const)('with %s and hosts, %s is %s', (effect, host, decided, cause) => {
    const policy = policyOf(saying({ urlElicitation: { effect, hosts: ['*.example.com'] } }));
    const decision = decideClientRequest(policy, visit(host));
    expect(decision).toMatchObject({
      effect: decided,
      causes: [{ kind: cause }],
      rules: ['finance/pack#clientRequests.urlElicitation'],
    });
  });

  it('asks that a host is among those of every pack that lists any', () => {
    const policy = policyOf(
      saying(allowing('*.example.com', 'example.org'), 'a'),
      saying(allowing('pay.example.com', 'example.org'), 'b'),
      saying({ urlElicitation: { effect: 'Log' } }, 'c'),
    );
    const effects = ['pay.example.com', 'example.org', 'www.example.com', 'evil.com'].map((host) => {
      const { effect, rules } = decideClientRequest(policy, visit(host));
      return [effect, rules.map((rule) => rule.slice('finance/'.length, 'finance/x'.length)).join('')];
    });
    expect(effects).toEqual([
      ['Log', 'c'],
      ['Log', 'c'],
      ['Deny', 'b'],
      ['Deny', 'ab'],
    ]);
  });

  it.each([
    ['https://good.example.com@evil.com', 'user name or password'],
    ['http://good.example.com/', 'is http'],
    [undefined, 'names no URL'],
  ])('refuses %s whatever packs say', (url, detail) => {
    for (const packs of [[], [saying({ urlElicitation: { effect: 'Allow' } })], [saying(allowing('*.com'))]]) {
      expect(decideClientRequest(policyOf(...packs), ask('urlElicitation', url))).toMatchObject({
        effect: 'Deny',
        causes: [{ kind: 'unreadable-target', detail: expect.stringContaining(detail) as string }],
        rules: [],
      });
    }
  });

  it('matches hosts as they are parsed', () => {
    const policy = policyOf(saying(allowing('pay.example.com', 'xn--bcher-kva.example', '[0:0::1]')));
    const effectOf = (url: string) => decideClientRequest(policy, ask('urlElicitation', url)).effect;
    const inside = ['HTTPS://PAY.Example.com.:8443/x', 'https://bücher.example', 'http://[::1]:3000/'];
    expect(inside.map(effectOf)).toEqual(['Allow', 'Allow', 'Allow']);
    expect(effectOf('https://pay.example.com.evil.com/')).toBe('Deny');
  });

  it('says which hosts are allowed also where another pack allows every host', () => {
    const policy = policyOf(saying({ urlElicitation: { effect: 'Log' } }, 'a'), saying(allowing('example.com'), 'b'));
    expect(decideClientRequest(policy, visit('evil.com'))).toMatchObject({
      causes: [{ kind: 'argument', detail: 'the hosts allowed are example.com' }],
      rules: ['finance/b#clientRequests.urlElicitation'],
    });
  });

  it('chooses one sentence of several, whatever their order', () => {
    const packs = [saying(allowing('b.com'), 'a'), saying(allowing('a.com'), 'b'), saying(allowing('c.com'), 'c')];
    const policy = policyOf(...packs);
    expect(decideClientRequest(policy, visit('evil.com'))).toMatchObject({
      rules: ['a', 'b', 'c'].map((name) => `finance/${name}#clientRequests.urlElicitation`),
      causes: [{ detail: 'the hosts allowed are a.com' }],
    });
  });

  it('does not advise the hosts of one pack where another forbids all of them', () => {
    const packs = [
      saying(allowing('example.com'), 'a'),
      saying({ urlElicitation: { effect: 'Deny', reason: 'no pages' } }, 'b'),
    ];
    for (const order of [packs, packs.toReversed()]) {
      const verdict = decideClientRequest(policyOf(...order), visit('evil.com'));
      expect(explainClientRequest(verdict, visit('evil.com'))).not.toContain('example.com');
      expect(verdict).toMatchObject({
        causes: [{ kind: 'argument' }, { kind: 'rule', detail: 'no pages' }],
        rules: ['finance/a#clientRequests.urlElicitation', 'finance/b#clientRequests.urlElicitation'],
      });
    }
  });

  it('records what rules in shadow would have done', () => {
    const policy = policyOf(saying({ roots: { effect: 'Deny', mode: 'Shadow' }, sampling: { effect: 'Deny' } }));
    expect(decideClientRequest(policy, ask('roots'))).toMatchObject({ effect: 'Allow', would: { effect: 'Deny' } });
    expect(decideClientRequest(policy, ask('sampling')).effect).toBe('Deny');
  });

  it('records what packs in shadow would have done and changes nothing else', () => {
    const policy = policyOf(
      saying({ roots: { effect: 'Log' } }, 'live'),
      saying({ roots: { effect: 'Deny' }, ...allowing('example.com') }, 'trial', 'Shadow'),
    );
    expect(decideClientRequest(policy, ask('roots'))).toMatchObject({
      effect: 'Log',
      rules: ['finance/live#clientRequests.roots'],
      would: { effect: 'Deny', rules: ['finance/trial#clientRequests.roots'] },
    });
    expect(decideClientRequest(policy, visit('evil.com'))).toMatchObject({
      effect: 'Allow',
      rules: [],
      would: { effect: 'Deny', rules: ['finance/trial#clientRequests.urlElicitation'] },
    });
    expect(decideClientRequest(policy, visit('example.com')).would).toBeUndefined();
  });
});
