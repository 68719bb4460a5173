import { describe, expect, it } from 'vitest';
import { NO_FACTS } from '../../conditions/frame.ts';
import { readCondition } from '../../conditions/read.ts';
import { ada, pack } from '../testing/gen.ts';
import { type BundleClientRequest, ClientRequestRule, compileClientRequests } from './client-requests.ts';

const rule = (said: Partial<BundleClientRequest>): ClientRequestRule =>
  new ClientRequestRule(
    { id: 'a/b#c', kind: 'urlElicitation', effect: 'Allow', hosts: null, reason: null, ...said },
    false,
  );
const hosts = ['*.example.com'];

describe('a rule on what servers ask', () => {
  it.each([
    ['what it says, of any host', rule({ effect: 'Log' }), 'evil.com', 'Log'],
    ['what it says, of a host that it names', rule({ hosts }), 'pay.example.com', 'Allow'],
    ['no to another host', rule({ hosts }), 'evil.com', 'Deny'],
    ['no where nobody knows the host', rule({ hosts }), undefined, 'Deny'],
    ['no to everything', rule({ effect: 'Deny', hosts }), 'pay.example.com', 'Deny'],
  ])('says %s', (_what, said, host, effect) => {
    expect(said.verdictOn(host, NO_FACTS)).toMatchObject({ effect, rules: ['a/b#c'] });
  });

  it('tells which hosts would do, and why', () => {
    expect(rule({ hosts, reason: 'our own' }).verdictOn('evil.com', NO_FACTS)?.causes).toMatchObject([
      { kind: 'argument', detail: 'the hosts allowed are *.example.com (our own)' },
    ]);
    expect(rule({ effect: 'Deny', reason: 'no pages' }).verdictOn('evil.com', NO_FACTS)?.causes).toMatchObject([
      { kind: 'rule', detail: 'no pages' },
    ]);
  });

  it('is made the same verdict each time', () => {
    const said = rule({ hosts });
    expect(said.verdictOn('a.example.com', NO_FACTS)).toBe(said.verdictOn('b.example.com', NO_FACTS));
  });

  it('is compiled in one order of kinds and hosts, and not where a pack is silent', () => {
    const compiled = compileClientRequests(
      'a/b',
      pack({
        clientRequests: {
          urlElicitation: { effect: 'Allow', hosts: ['b.com', 'a.com'] },
          sampling: { effect: 'Deny', reason: 'none here' },
        },
      }).spec,
      'Enforce',
      readCondition,
    );
    expect(compiled).toEqual([
      { id: 'a/b#clientRequests.sampling', kind: 'sampling', effect: 'Deny', hosts: null, reason: 'none here' },
      {
        id: 'a/b#clientRequests.urlElicitation',
        kind: 'urlElicitation',
        effect: 'Allow',
        hosts: ['a.com', 'b.com'],
        reason: null,
      },
    ]);
    expect(compileClientRequests('a/b', pack({}).spec, 'Enforce', readCondition)).toEqual([]);
  });

  it('is compiled apart where it only records', () => {
    const { spec } = pack({
      clientRequests: { roots: { effect: 'Deny', mode: 'Shadow' }, sampling: { effect: 'Log' } },
    });
    const kinds = (mode: 'Enforce' | 'Shadow') =>
      compileClientRequests('a/b', spec, mode, readCondition).map(({ kind }) => kind);
    expect([kinds('Enforce'), kinds('Shadow')]).toEqual([['sampling'], ['roots']]);
  });

  describe('with a condition', () => {
    const conditional = (said: Partial<BundleClientRequest>) => {
      const text = '"treasury" in principal.groups';
      return rule({ ...said, when: { text, tree: readCondition(text, 'request') } });
    };
    const facts = { ...NO_FACTS, principal: ada };
    const others = { ...NO_FACTS, principal: { ...ada, groups: [] } };

    it('says something of the clients for which it is true alone', () => {
      expect(conditional({ effect: 'Deny' }).verdictOn(undefined, facts)).toMatchObject({
        effect: 'Deny',
        findings: [],
      });
      expect(conditional({ effect: 'Deny' }).verdictOn(undefined, others)).toBeUndefined();
    });

    it('restricts where nobody can say', () => {
      const found = [{ detector: 'when', reason: 'missing', rule: 'a/b#c' }];
      expect(conditional({ effect: 'Deny' }).verdictOn(undefined, NO_FACTS)).toMatchObject({ findings: found });
      expect(conditional({ hosts }).verdictOn('evil.com', NO_FACTS)).toMatchObject({ effect: 'Deny', findings: found });
      expect(conditional({ hosts }).verdictOn('a.example.com', NO_FACTS)).toMatchObject({ effect: 'Allow' });
    });
  });
});
