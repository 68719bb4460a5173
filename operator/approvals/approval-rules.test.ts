import { describe, expect, test } from 'vitest';
import { readCondition } from '../../core/conditions/read.ts';
import { GlobSet } from '../../core/policy/glob-set.ts';
import { ApprovalRules, type HeldCall } from './approval-rules.ts';

const rule = (id: string, more: object = {}) => ({
  id,
  target: 'tool',
  patterns: ['transfer'],
  effect: 'RequireApproval',
  principals: null,
  approval: { expiresMs: 60_000, holdMs: 1 },
  reason: null,
  ...more,
});

function rules(list: object[], mode = 'Enforce'): ApprovalRules {
  const text = JSON.stringify({
    formatVersion: 9,
    packs: [{ ref: 'a/b', mode, rules: list, later: true }],
    limits: {},
  });
  return ApprovalRules.read(text) ?? expect.fail('it is a bundle');
}

const call = (more: Partial<HeldCall> = {}): HeldCall => ({
  target: { kind: 'tool', name: 'transfer' },
  principal: { name: 'ada', groups: ['agents'] },
  server: { namespace: 'a', name: 'ledger' },
  preview: { amount: 5 },
  now: 0,
  rules: [],
  ...more,
});

describe('the terms of a held call', () => {
  test('are those of the rule that holds it', () => {
    expect(rules([rule('one', { reason: 'why' })]).termsOf(call({ rules: ['one'] }))).toMatchObject({
      rules: ['one'],
      reason: 'why',
      expiresMs: 60_000,
      quorums: undefined,
      veto: true,
    });
  });

  test('have no reason where no rule gives one', () => {
    expect(rules([rule('one')]).termsOf(call())).toMatchObject({ reason: undefined });
  });

  test('are the shortest of all rules that hold it, whichever the gate names', () => {
    const two = rules([rule('long', { approval: { expiresMs: 90_000 } }), rule('short', { reason: 'b' })]);
    expect(two.termsOf(call({ rules: ['long'] }))).toMatchObject({
      rules: ['long', 'short'],
      reason: 'b',
      expiresMs: 60_000,
      quorums: undefined,
      veto: true,
    });
  });

  test('take the votes of all rules that hold it together, whichever the gate names', () => {
    const asking = (id: string, votes: object) => rule(id, { approval: { expiresMs: 1, ...votes } });
    const treasury = { quorum: 1, approvers: { groups: ['treasury'] } };
    const two = rules([
      asking('one', { quorums: [{ quorum: 2 }], veto: false }),
      asking('other', { quorums: [treasury], veto: false }),
    ]);
    expect(two.termsOf(call({ rules: ['one'] }))).toMatchObject({ quorums: [treasury, { quorum: 2 }], veto: false });
    const one = rules([asking('one', { quorums: [{ quorum: 2 }], veto: false }), rule('plain')]);
    expect(one.termsOf(call())).toMatchObject({ quorums: [{ quorum: 2 }], veto: true });
  });

  test('are those of rules whose condition holds, and of those that the gate names', () => {
    const over = (text: string) => ({ text, tree: readCondition(text, 'tool') });
    const large = rule('large', {
      when: over('arguments.amount > 1000'),
      approval: { expiresMs: 1, quorums: [{ quorum: 2 }] },
    });
    const both = rules([rule('any'), large]);
    expect(both.termsOf(call({ rules: ['any'] }))).toMatchObject({ rules: ['any'], quorums: undefined });
    expect(both.termsOf(call({ preview: { amount: 5000 } }))).toMatchObject({ quorums: [{ quorum: 2 }] });
    expect(both.termsOf(call({ rules: ['large'] }))).toMatchObject({ quorums: [{ quorum: 2 }] });
  });

  test('have one of several reasons, and always the same', () => {
    const [a, b] = [rule('a', { reason: 'y' }), rule('b', { reason: 'x' })];
    expect(rules([a, b]).termsOf(call())).toEqual(rules([b, a]).termsOf(call()));
  });

  test('count a rule that is named though it is about another target of the same call', () => {
    const other = rules([rule('other', { patterns: ['other'] })]);
    expect(other.termsOf(call({ rules: ['other'] }))).toMatchObject({ rules: ['other'] });
  });

  test('are found though a rule of another kind has the same name, as in what old gates get of two versions', () => {
    const two = rules([rule('one'), rule('one', { target: 'resource', patterns: ['file:///a'] })]);
    expect(two.termsOf(call({ rules: ['one'] }))).toMatchObject({ rules: ['one'] });
  });

  test('count a rule on the resource that a completion names beside its prompt', () => {
    const beside = rules([rule('one', { target: 'resource', patterns: ['file:///a'] })]);
    const held = call({ target: { kind: 'prompt', name: 'p' }, rules: ['one'] });
    expect(beside.termsOf(held)).toMatchObject({ rules: ['one'] });
  });
});

test('patterns hold what the gate holds by them, name for name', () => {
  const texts = ['', 'a', 'b', 'ab', 'ba', 'aba', 'abba', 'aabb', 'a/b', 'ab/ab', 'b/a/b'];
  const patterns = ['a', 'ab', '*', '**', 'a*', '*b', 'a*a', 'ab*ba', '*a*b*', 'a**b', '*/*', 'a*/b', '**/b', 'b*a*b'];
  for (const target of ['tool', 'resource']) {
    for (const pattern of patterns) {
      const globs = new GlobSet<boolean>(target === 'tool' ? 'name' : 'uri');
      globs.add(pattern, true);
      for (const name of texts) {
        const terms = rules([rule('one', { target, patterns: [pattern] })]).termsOf(
          call({ target: { kind: target, name } }),
        );
        const expected = globs.match(name).length > 0;
        // A reduced view of a URI may hold it as well.
        if (target === 'tool' || expected) expect('rules' in terms, `${pattern} ${name}`).toBe(expected);
      }
    }
  }
});

test('a policy of a megabyte takes a few megabytes of memory', () => {
  const many = Array.from({ length: 2_500 }, (_, i) =>
    rule(`${i}`, { patterns: [`${i}-${(i * 2_654_435_761).toString(36).padEnd(200, `${i}`)}`] }),
  );
  const before = process.memoryUsage().heapUsed;
  const kept = Array.from({ length: 4 }, () => rules(many));
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  expect(kept[0]?.size).toBeGreaterThan(500_000);
});

describe('there is no such rule', () => {
  test.each<[string, object[], HeldCall, string]>([
    ['where the policy has none of that name', [rule('one')], call({ rules: ['two'] }), 'two'],
    ['where it holds nothing', [rule('one', { effect: 'Allow' })], call({ rules: ['one'] }), 'one'],
    ['where it is about another kind', [rule('one', { target: 'prompt' })], call({ rules: ['one'] }), 'one'],
    [
      'where it is about other principals',
      [rule('one', { principals: { names: ['bob'], groups: ['ops'] } })],
      call({ rules: ['one'] }),
      'one',
    ],
    [
      'where it is about another issuer',
      [rule('one', { principals: { names: ['ada'], groups: [], issuers: ['i'] } })],
      call({ rules: ['one'] }),
      'one',
    ],
    [
      'where it is about scopes that the caller has not',
      [rule('one', { principals: { names: ['ada'], groups: [], scopes: ['pay'] } })],
      call({ rules: ['one'], principal: { name: 'ada', groups: [], scopes: ['mcp'] } }),
      'one',
    ],
    ['where none is named and none matches', [rule('one', { patterns: ['get'] })], call(), ''],
  ])('%s', (_, list, held, noSuchRule) => {
    expect(rules(list).termsOf(held)).toEqual({ noSuchRule });
  });

  test('where it is in shadow', () => {
    expect(rules([rule('one')], 'Shadow').termsOf(call({ rules: ['one'] }))).toEqual({ noSuchRule: 'one' });
  });
});

describe('a rule holds a call', () => {
  test.each<[string, object, Partial<HeldCall>]>([
    ['by a pattern', { patterns: ['tr*'] }, {}],
    ['by the name of its principal', { principals: { names: ['ada'], groups: [] } }, {}],
    ['by a group of its principal', { principals: { names: [], groups: ['agents'] } }, {}],
    [
      'by the issuer and the scopes of its principal',
      { principals: { names: [], groups: [], issuers: ['i'], scopes: ['pay'] } },
      { principal: { name: 'ada', groups: [], issuer: 'i', scopes: ['mcp', 'pay'] } },
    ],
    [
      'by scopes that its gate does not tell',
      { principals: { names: ['ada'], groups: [], scopes: ['pay'] } },
      { principal: { name: 'ada', groups: [] } },
    ],
    [
      'by a URI with a star',
      { target: 'resource', patterns: ['file:///data/*'] },
      { target: { kind: 'resource', name: 'file:///data/a' } },
    ],
    [
      'by another spelling of its URI',
      { target: 'resource', patterns: ['file:///data/a'] },
      { target: { kind: 'resource', name: 'file:///data/%61' } },
    ],
    ['of a prompt', { target: 'prompt' }, { target: { kind: 'prompt', name: 'transfer' } }],
  ])('%s', (_, more, held) => {
    expect(rules([rule('one', more)]).termsOf(call(held))).toMatchObject({ rules: ['one'] });
  });
});

test.each([
  ['text that is not JSON', '{'],
  ['what is no bundle', '{"packs":1}'],
])('%s is no policy', (_, text) => {
  expect(ApprovalRules.read(text)).toBeUndefined();
});

describe('how far standing grants may go', () => {
  const grants = { maxMs: 5000, maxUses: 10 };
  const two = rules([
    rule('a', { approval: { expiresMs: 1, grants } }),
    rule('b', { approval: { expiresMs: 1, grants: { ...grants, maxUses: 3 }, quorums: [{ quorum: 2 }] } }),
    rule('c', { approval: { expiresMs: 1 }, patterns: ['other'] }),
  ]);

  test('is what all rules that hold the call allow', () => {
    expect(two.termsOf(call())).toMatchObject({ grants: { maxMs: 5000, maxUses: 3 } });
    expect(two.termsOf(call({ rules: ['c'] }))).toMatchObject({
      grants: { refused: expect.stringContaining('rule c') as string },
    });
  });

  test('is known of rules by their names, with the votes that they take', () => {
    expect(two.termsOfRules(['a', 'b'], 'transfer')).toEqual({
      quorums: [{ quorum: 2 }],
      veto: true,
      grants: { maxMs: 5000, maxUses: 3 },
    });
    expect(two.termsOfRules(['a', 'gone'], 'transfer')).toEqual({ noSuchRule: 'gone' });
  });
});

describe('a rule on what is in a call, or on what came before it', () => {
  const sequence = (more: object = {}) => ({
    ...{ id: 'a/b#past', kind: 'after', effect: 'RequireApproval', mode: 'Enforce', principals: null },
    ...{ approval: { expiresMs: 30_000, holdMs: 1 }, reason: 'look first', after: [], ...more },
  });
  const of = (lists: object, mode = 'Enforce') =>
    ApprovalRules.read(JSON.stringify({ packs: [{ ref: 'a/b', mode, rules: [rule('one')], ...lists }] })) ??
    expect.fail('it is a bundle');
  const named = call({ rules: ['a/b#past'], target: { kind: 'tool', name: 'other' } });

  test('holds what a gate says that it holds, on its terms', () => {
    expect(of({ sequences: [sequence()] }).termsOf(named)).toMatchObject({
      rules: ['a/b#past'],
      reason: 'look first',
      expiresMs: 30_000,
    });
    const resource = { ...named, target: { kind: 'resource', name: 'file:///a' } } as const;
    expect(of({ sequences: [sequence()] }).termsOf(resource)).toMatchObject({ rules: ['a/b#past'] });
  });

  test('holds nothing that a gate does not name it for', () => {
    expect(of({ sequences: [sequence()] }).termsOf(call({ rules: ['one'] }))).toMatchObject({ rules: ['one'] });
  });

  test('has the terms of every rule where it says none, and counts together with rules by name', () => {
    const terms = of({ dlp: [{ id: 'a/b#past', effect: 'RequireApproval', mode: 'Enforce', reason: null }] });
    expect(terms.termsOf(named)).toMatchObject({ expiresMs: 900_000, reason: undefined });
    expect(terms.termsOf(call({ rules: ['a/b#past'] }))).toMatchObject({
      rules: ['a/b#past', 'one'],
      expiresMs: 60_000,
    });
  });

  test.each([
    ['only records', { sequences: [sequence({ mode: 'Shadow' })] }, 'Enforce'],
    ['is in a pack in shadow', { sequences: [sequence()] }, 'Shadow'],
    ['asks nobody', { sequences: [sequence({ effect: 'Deny' })] }, 'Enforce'],
    ['is for others', { sequences: [sequence({ principals: { names: ['bob'], groups: [] } })] }, 'Enforce'],
    ['is not there', {}, 'Enforce'],
  ])('is no rule where it %s', (_, lists, mode) => {
    expect(of(lists, mode).termsOf(named)).toEqual({ noSuchRule: 'a/b#past' });
  });
});
