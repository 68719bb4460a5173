import { describe, expect, test } from 'vitest';
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
  rules: [],
  ...more,
});

describe('the terms of a held call', () => {
  test('are those of the rule that holds it', () => {
    expect(rules([rule('one', { reason: 'why' })]).termsOf(call({ rules: ['one'] }))).toEqual({
      rules: ['one'],
      reason: 'why',
      expiresMs: 60_000,
    });
  });

  test('have no reason where no rule gives one', () => {
    expect(rules([rule('one')]).termsOf(call())).toMatchObject({ reason: undefined });
  });

  test('are the shortest of all rules that hold it, whichever the gate names', () => {
    const two = rules([rule('long', { approval: { expiresMs: 90_000 } }), rule('short', { reason: 'b' })]);
    expect(two.termsOf(call({ rules: ['long'] }))).toEqual({
      rules: ['long', 'short'],
      reason: 'b',
      expiresMs: 60_000,
    });
  });

  test('have one of several reasons, and always the same', () => {
    const [a, b] = [rule('a', { reason: 'y' }), rule('b', { reason: 'x' })];
    expect(rules([a, b]).termsOf(call())).toEqual(rules([b, a]).termsOf(call()));
  });

  test('count a rule that is named though it is about another target of the same call', () => {
    const other = rules([rule('other', { patterns: ['other'] })]);
    expect(other.termsOf(call({ rules: ['other'] }))).toMatchObject({ rules: ['other'] });
  });
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
