import { describe, expect, it } from 'vitest';
import { pack } from '../testing/gen.ts';
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
    expect(said.verdictOn(host)).toMatchObject({ effect, rules: ['a/b#c'] });
  });

  it('tells which hosts would do, and why', () => {
    expect(rule({ hosts, reason: 'our own' }).verdictOn('evil.com').causes).toMatchObject([
      { kind: 'argument', detail: 'the hosts allowed are *.example.com (our own)' },
    ]);
    expect(rule({ effect: 'Deny', reason: 'no pages' }).verdictOn('evil.com').causes).toMatchObject([
      { kind: 'rule', detail: 'no pages' },
    ]);
  });

  it('is made the same verdict each time', () => {
    const said = rule({ hosts });
    expect(said.verdictOn('a.example.com')).toBe(said.verdictOn('b.example.com'));
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
    expect(compileClientRequests('a/b', pack({}).spec, 'Enforce')).toEqual([]);
  });

  it('is compiled apart where it only records', () => {
    const { spec } = pack({
      clientRequests: { roots: { effect: 'Deny', mode: 'Shadow' }, sampling: { effect: 'Log' } },
    });
    const kinds = (mode: 'Enforce' | 'Shadow') => compileClientRequests('a/b', spec, mode).map(({ kind }) => kind);
    expect([kinds('Enforce'), kinds('Shadow')]).toEqual([['sampling'], ['roots']]);
  });
});
