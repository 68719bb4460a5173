import { describe, expect, it } from 'vitest';
import { decideSent } from './decide-sent.ts';
import { Inspection } from './inspection.ts';
import { ada, pack, policyOf, tool } from './testing/gen.ts';

const policy = policyOf(
  pack({
    tools: [
      { name: 'r', names: ['read'], effect: 'Allow', arguments: { '/paths/*': { type: 'path', roots: ['/data'] } } },
      { name: 'held', names: ['hold'], effect: 'RequireApproval' },
    ],
    arguments: { limits: { maxItems: 2 } },
  }),
);
const decided = (name: string, paths: readonly string[], work?: number) => {
  const args = { paths };
  const inspection = new Inspection({ monotonic: () => 0 }, work);
  return decideSent(
    policy,
    { principal: ada, targets: [tool(name, args)], inspection },
    Buffer.from(JSON.stringify(args)),
  );
};

describe('arguments that are too large', () => {
  const many = ['/etc', '/etc', '/etc'];

  it('are not looked into, so that the refusal is no matter of what one may take', () => {
    expect(decided('read', many, 100)).toMatchObject({ rules: ['finance/pack#arguments.limits'] });
    expect(decided('read', ['/etc'.repeat(99)], 100).causes[0]?.kind).toBe('inspection-budget');
  });

  it('wait for nobody', () => {
    expect(decided('hold', many).effect).toBe('Deny');
    expect(decided('hold', []).effect).toBe('RequireApproval');
  });

  it('are not spoken of where no rule allows the call', () => {
    expect(decided('other', many)).toMatchObject({ causes: [{ kind: 'no-rule' }], rules: [] });
  });
});

it('others are decided on as without limits', () => {
  expect(decided('read', ['/data/a', '/data/b']).effect).toBe('Allow');
  expect(decided('read', ['/etc']).rules).toEqual(['finance/pack#r']);
  const shadow = policyOf(
    pack({ tools: [{ names: ['read'], effect: 'Allow' }], arguments: { limits: { maxItems: 1, mode: 'Shadow' } } }),
  );
  const sent = Buffer.from('{"a":[1,2]}');
  const context = { principal: ada, targets: [tool('read', { a: [1, 2] })], inspection: undefined };
  expect(decideSent(shadow, context, sent)).toMatchObject({ effect: 'Allow', would: { effect: 'Deny' } });
  expect(decideSent(shadow, context, undefined).would).toBeUndefined();
});
