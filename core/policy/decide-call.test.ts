import { describe, expect, it } from 'vitest';
import { decideCall } from './decide-call.ts';
import { ada, pack, policyOf, resource, tool } from './testing/gen.ts';

const CARD = '4111 1111 1111 1111';
const policy = policyOf(
  pack({
    tools: [
      { names: ['pay', 'send', 'note'], effect: 'Allow' },
      { names: ['hold'], effect: 'RequireApproval' },
    ],
    resources: [{ uris: ['https://a.example/**'], effect: 'Allow' }],
    dlp: [
      { name: 'cards', detect: ['creditCard'], tools: ['send', 'hold'], in: ['arguments'], effect: 'Deny' },
      { name: 'marked', detect: ['creditCard'], tools: ['note'], in: ['arguments'], effect: 'Redact' },
    ],
  }),
);
const decided = (target: ReturnType<typeof tool>) =>
  decideCall(policy, { principal: ada, targets: [target], inspection: undefined });

describe('all that a policy says of a call', () => {
  it('is what its rules say where its arguments hold nothing', () => {
    expect(decided(tool('send', { text: 'hello' })).effect).toBe('Allow');
    expect(decided(tool('pay', { text: CARD })).effect).toBe('Allow');
    expect(decided(resource('https://a.example/x')).effect).toBe('Allow');
  });

  it('is stricter where they do', () => {
    expect(decided(tool('send', { to: [{ text: CARD }] }))).toMatchObject({
      effect: 'Deny',
      rules: ['finance/pack#cards'],
      findings: [{ reason: 'creditCard', pointer: '/to/0/text' }],
    });
    expect(decided(tool('hold', { text: CARD })).effect).toBe('Deny');
    expect(decided(tool('note', { text: CARD })).effect).toBe('Redact');
  });

  it('is not asked of a call that no rule allows', () => {
    expect(decided(tool('other', { text: CARD })).causes[0]?.kind).toBe('no-rule');
  });
});

it('is held against the schema of the tool where that is known and a pack asks for it', () => {
  const schema = { properties: { n: { type: 'integer' } } };
  const context = { principal: ada, targets: [tool('pay', { n: 'x' })], inspection: undefined };
  const asking = (mode: 'Enforce' | 'Shadow') =>
    policyOf(pack({ tools: [{ names: ['pay'], effect: 'Allow' }], arguments: { schema: mode } }));
  expect(decideCall(asking('Enforce'), context, schema)).toMatchObject({
    effect: 'Deny',
    rules: ['finance/pack#arguments.schema'],
    findings: [{ detector: 'schema', pointer: '/n' }],
  });
  expect(decideCall(asking('Shadow'), context, schema)).toMatchObject({ effect: 'Allow', would: { effect: 'Deny' } });
  expect(decideCall(asking('Enforce'), context).effect).toBe('Allow');
  expect(decideCall(policy, context, schema).effect).toBe('Allow');
});
